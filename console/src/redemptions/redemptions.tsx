import { Anchor, Badge, Code, Group, SegmentedControl, Text } from '@mantine/core';
import { IconTicket } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';

import { type InputOf, type ResultOf, graphql } from '../graphql/graphql.js';
import { usePages } from '../graphql/queries.js';
import { MemberLink } from '../members/member-link.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import { type Column, Rows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { CancelRedemption, ConfirmRedemption } from './close-redemption.js';
import classes from './redemptions.module.css';

export const RedemptionList = graphql(`
  query RedemptionList($state: RedemptionState, $after: String) {
    redemptions(state: $state, first: 50, after: $after) {
      nodes {
        id
        memberId
        reward {
          id
          name
        }
        unit {
          name
          namePlural
          scale
        }
        points
        pointsReturned
        state
        value {
          amount
          currency
        }
        voucher {
          code
        }
        orderId
        reservedAt
        endsAt
        closedAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

type Row = ResultOf<typeof RedemptionList>['redemptions']['nodes'][number];
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
  const columns = useColumns();
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

const colors: Record<State, string> = { RESERVED: 'yellow', CONFIRMED: 'teal', CANCELLED: 'gray', EXPIRED: 'gray' };

function useColumns(): readonly Column<Row>[] {
  const formats = useFormats();
  return [
    {
      title: 'What',
      cell: ({ reward, value }) =>
        reward === null ? (
          <Text component="span" size="sm">
            Payment{value === null ? '' : ` of ${formats.money(value)}`}
          </Text>
        ) : (
          <Anchor component={Link} to={`/rewards/${reward.id}`} size="sm" fw={500}>
            {reward.name}
          </Anchor>
        ),
    },
    {
      title: 'Points',
      number: true,
      cell: ({ points, pointsReturned, unit }) => (
        <>
          {formats.named(points, unit)}
          {pointsReturned > 0 && (
            <Text size="xs" c="dimmed">
              {formats.points(pointsReturned, unit)} came back
            </Text>
          )}
        </>
      ),
    },
    {
      title: 'State',
      cell: ({ state }) => (
        <Badge variant="light" color={colors[state]} autoContrast>
          {words(state)}
        </Badge>
      ),
    },
    { title: 'Code', cell: ({ voucher }) => voucher !== null && <Code>{voucher.code}</Code> },
    { title: 'Order', cell: ({ orderId }) => (orderId === null ? null : partnersOwn(orderId)) },
    {
      title: 'When',
      cell: ({ reservedAt, endsAt, state }) => (
        <>
          {formats.instant(reservedAt)}
          {state === 'RESERVED' && (
            <Text size="xs" c="dimmed">
              held until {formats.instant(endsAt)}
            </Text>
          )}
        </>
      ),
    },
    {
      title: 'Member',
      cell: ({ memberId }) => <MemberLink id={memberId} />,
    },
  ];
}

/** An order of a partner's by the number that the partner knows it by; any other as it is. */
function partnersOwn(orderId: string): string {
  return orderId.replace(/^partner:[0-9a-f-]{36}\//, '');
}

function isOpen({ state }: Row): boolean {
  return state === 'RESERVED';
}

/** What can be done with those that are still open. */
function useActions(): readonly Column<Row>[] {
  const { may } = useViewer();
  const actions: Column<Row> = {
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
