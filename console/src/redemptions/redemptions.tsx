import { Group, SegmentedControl } from '@mantine/core';
import { IconTicket } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import { type InputOf, graphql } from '../graphql/graphql.js';
import { usePages } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import { type Column, Rows } from '../parts/table.js';
import { useViewer } from '../shell/viewer.js';
import { CancelRedemption, ConfirmRedemption } from './close-redemption.js';
import { type Redemption, RedemptionFields, useRedemptionColumns } from './redemption-rows.js';
import classes from './redemptions.module.css';

export const RedemptionList = graphql(
  `
    query RedemptionList($state: RedemptionState, $after: String) {
      redemptions(state: $state, first: 50, after: $after) {
        nodes {
          ...RedemptionFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [RedemptionFields],
);

type State = InputOf<'RedemptionState'>;

const states: readonly { value: State | 'ALL'; label: string }[] = [
  { value: 'ALL', label: 'All' },
  { value: 'RESERVED', label: 'Reserved' },
  { value: 'CONFIRMED', label: 'Confirmed' },
  { value: 'CANCELLED', label: 'Cancelled' },
  { value: 'EXPIRED', label: 'Expired' },
];

/** Points spent on rewards or as payment, the latest first; reserved ones can be confirmed or cancelled. */
export function Redemptions(): ReactElement {
  const [state, setState] = useState<State | 'ALL'>('ALL');
  const { query, more } = usePages(
    RedemptionList,
    { state: state === 'ALL' ? null : state, after: null },
    ({ redemptions }) => redemptions,
  );
  const columns = useRedemptionColumns({ withPartner: true });
  const actions = useActions();
  return (
    <Page title="Redemptions">
      <div className={classes['scroll']}>
        <SegmentedControl aria-label="State" size="xs" value={state} onChange={setState} data={[...states]} />
      </div>
      <Loaded query={query} lines={6}>
        {(rows) =>
          rows.length > 0 ? (
            <div>
              <Rows
                label="Redemptions"
                columns={rows.some(isOpen) ? [...columns, ...actions] : columns}
                rows={rows}
              />
              <More more={more} />
            </div>
          ) : (
            <Empty icon={IconTicket} title={state === 'ALL' ? 'No redemptions yet' : 'None in this state'}>
              When members spend points on a reward or as payment, it stands here.
            </Empty>
          )
        }
      </Loaded>
    </Page>
  );
}

function isOpen({ state }: Redemption): boolean {
  return state === 'RESERVED';
}

/** What can be done with those that are still open. */
function useActions(): readonly Column<Redemption>[] {
  const { may } = useViewer();
  const actions: Column<Redemption> = {
    title: 'Actions',
    cell: (row) =>
      isOpen(row) && (
        <Group gap="xs" wrap="nowrap">
          <ConfirmRedemption id={row.id} />
          <CancelRedemption id={row.id} />
        </Group>
      ),
  };
  return may('WRITE_REDEMPTIONS') ? [actions] : [];
}
