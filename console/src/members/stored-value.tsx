import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { GiftCardList } from '../gift-cards/gift-card-query.js';
import { useGiftCardColumns } from '../gift-cards/gift-card-rows.js';
import { usePages } from '../graphql/queries.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Panel } from '../parts/panel.js';
import { PlainRows } from '../parts/table.js';
import { PaymentList } from '../payments/payment-query.js';
import { usePaymentColumns } from '../payments/payment-rows.js';

/** What a member paid from their balance, and the gift cards that they bought. Nothing where there is neither. */
export function StoredValue({ memberId }: { memberId: string }): ReactElement {
  return (
    <>
      <Payments memberId={memberId} />
      <Cards memberId={memberId} />
    </>
  );
}

function Payments({ memberId }: { memberId: string }): ReactElement | null {
  const { query, more } = usePages(
    PaymentList,
    { orderId: null, memberId, after: null },
    ({ payments }) => payments,
  );
  const columns = usePaymentColumns({ withMember: false });
  if (query.data?.length === 0) {
    return null;
  }
  return (
    <Panel title="Payments" about="Paid from the balance and gift cards.">
      <Loaded query={query} lines={3}>
        {(rows) => (
          <>
            <PlainRows label="Payments" columns={columns} rows={rows} />
            <More more={more} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Cards({ memberId }: { memberId: string }): ReactElement | null {
  const { query, more } = usePages(GiftCardList, { purchaserId: memberId, after: null }, ({ giftCards }) => giftCards);
  const columns = useGiftCardColumns().filter(({ title }) => title !== 'Bought by' && title !== 'Actions');
  if (query.data?.length === 0) {
    return null;
  }
  return (
    <Panel title="Gift cards bought">
      <Loaded query={query} lines={3}>
        {(rows) => (
          <Stack gap="xs">
            <PlainRows label="Gift cards bought" columns={columns} rows={rows} />
            <More more={more} />
            <Text size="sm">
              <Anchor component={Link} to="/gift-cards" size="sm">
                All gift cards
              </Anchor>
            </Text>
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}
