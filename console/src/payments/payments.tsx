import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCreditCard, IconSearch } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import { usePages } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import { Rows } from '../parts/table.js';
import { PaymentList } from './payment-query.js';
import { usePaymentColumns } from './payment-rows.js';

/** What was paid from balances and gift cards, the latest first; open payments can be captured or voided. */
export function Payments(): ReactElement {
  const [order, setOrder] = useState('');
  const [wanted] = useDebouncedValue(order.trim(), 300);
  const { query, more } = usePages(
    PaymentList,
    { orderId: wanted === '' ? null : wanted, memberId: null, after: null },
    ({ payments }) => payments,
  );
  const columns = usePaymentColumns({ withMember: true });
  return (
    <Page title="Payments" about="Paid from balances and gift cards.">
      <TextInput
        type="search"
        maw={360}
        aria-label="Search by order"
        placeholder="The order’s id, in full"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={order}
        onChange={({ currentTarget }) => setOrder(currentTarget.value)}
      />
      <Loaded query={query} lines={6}>
        {(rows) =>
          rows.length > 0 ? (
            <div>
              <Rows label="Payments" columns={columns} rows={rows} />
              <More more={more} />
            </div>
          ) : (
            <Empty icon={IconCreditCard} title={wanted === '' ? 'No payments yet' : 'None for this order'}>
              When members pay with their balance or a gift card, it stands here. It needs a stored value program.
            </Empty>
          )
        }
      </Loaded>
    </Page>
  );
}
