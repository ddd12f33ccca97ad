import { IconGiftCard } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { usePages } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import { Rows } from '../parts/table.js';
import { useViewer } from '../shell/viewer.js';
import { FindGiftCard } from './find-gift-card.js';
import { GiftCardList } from './gift-card-query.js';
import { useGiftCardColumns } from './gift-card-rows.js';
import { IssueGiftCard } from './issue-gift-card.js';

/** The gift cards that were issued, the latest first, and one to be found by its code. */
export function GiftCards(): ReactElement {
  const { may } = useViewer();
  const { query, more } = usePages(GiftCardList, { purchaserId: null, after: null }, ({ giftCards }) => giftCards);
  const columns = useGiftCardColumns();
  return (
    <Page title="Gift cards" actions={may('WRITE_GIFT_CARDS') && <IssueGiftCard />}>
      <FindGiftCard />
      <Loaded query={query} lines={6}>
        {(rows) =>
          rows.length > 0 ? (
            <div>
              <Rows label="Gift cards" columns={columns} rows={rows} />
              <More more={more} />
            </div>
          ) : (
            <Empty icon={IconGiftCard} title="No gift cards yet">
              Cards are issued here or by your shop, once a stored value program with gift cards is live.
            </Empty>
          )
        }
      </Loaded>
    </Page>
  );
}
