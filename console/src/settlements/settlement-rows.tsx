import { Anchor, Badge, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconReceipt } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';

import { usePages } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Panel } from '../parts/panel.js';
import { type Column, PlainRows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats } from '../shell/viewer.js';
import { SettlementActions } from './settlement-actions.js';
import { Statements } from './settlement-lines.js';
import { type Settlement, SettlementList } from './settlement-query.js';
import { dueWords } from './settlement-words.js';

const states = [
  { value: 'ALL', label: 'All' },
  { value: 'DRAFT', label: 'To approve' },
  { value: 'APPROVED', label: 'To pay' },
  { value: 'PAID', label: 'Paid' },
] as const;

/** Settlements of a coalition, or of one partner, the latest first. */
export function SettlementsPanel({ of, about, withPartner }: { of: { programId?: string; partnerId?: string }; about: string; withPartner: boolean }): ReactElement {
  const [state, setState] = useState<(typeof states)[number]['value']>('ALL');
  const { query, more } = usePages(
    SettlementList,
    { programId: of.programId ?? null, partnerId: of.partnerId ?? null, state: state === 'ALL' ? null : state, after: null },
    ({ settlements }) => settlements,
  );
  const columns = useColumns(withPartner);
  return (
    <Panel title="Settlements" about={about}>
      <Stack gap="sm">
        <Stack align="flex-start">
          <SegmentedControl aria-label="State" size="xs" value={state} onChange={setState} data={[...states]} />
        </Stack>
        <Loaded query={query} lines={3}>
          {(rows) =>
            rows.length > 0 ? (
              <div>
                <PlainRows label="Settlements" columns={columns} rows={rows} />
                <More more={more} />
              </div>
            ) : (
              <Empty icon={IconReceipt} title={state === 'ALL' ? 'Nothing was settled yet' : 'None in this state'}>
                Ten minutes after a partner’s period is over, its settlement stands here, to be approved.
              </Empty>
            )
          }
        </Loaded>
      </Stack>
    </Panel>
  );
}

/** How a state of a settlement is coloured, wherever it stands. */
export const settlementColors: Readonly<Record<Settlement['state'], string>> = { DRAFT: 'yellow', APPROVED: 'blue', PAID: 'teal' };

function useColumns(withPartner: boolean): readonly Column<Settlement>[] {
  const formats = useFormats();
  return [
    {
      title: 'Settlement',
      cell: ({ number, partnerId, partnerName }) =>
        withPartner ? (
          <div>
            <Anchor component={Link} to={`/partners/${partnerId}`} size="sm" fw={500}>
              {partnerName}
            </Anchor>
            <Text size="xs" c="dimmed">
              No. {number}
            </Text>
          </div>
        ) : (
          <Text size="sm" fw={500}>
            No. {number}
          </Text>
        ),
    },
    {
      title: 'Period',
      cell: ({ period, firstDay, lastDay }) => (
        <div style={{ whiteSpace: 'nowrap' }}>
          {period}
          <Text size="xs" c="dimmed">
            {formats.shortDay(firstDay)} – {formats.shortDay(lastDay)}
          </Text>
        </div>
      ),
    },
    {
      title: 'Due',
      number: true,
      cell: (settlement) => (
        <Text size="sm" fw={500}>
          {dueWords(settlement, formats)}
        </Text>
      ),
    },
    { title: 'State', cell: (settlement) => <State settlement={settlement} /> },
    { title: 'Statement', cell: (settlement) => <Statements settlement={settlement} /> },
    { title: 'Actions', cell: (settlement) => <SettlementActions settlement={settlement} /> },
  ];
}

function State({ settlement: { state, approvedAt, approvedBy, paidAt, paidBy, paymentReference } }: { settlement: Settlement }): ReactElement {
  const { dayOf } = useFormats();
  const [at, by] = state === 'PAID' ? [paidAt, paidBy] : [approvedAt, approvedBy];
  const told = [at === null ? null : dayOf(at), by?.name, paymentReference].filter((part) => typeof part === 'string');
  return (
    <div>
      <Badge variant="light" color={settlementColors[state]} autoContrast>
        {words(state)}
      </Badge>
      {told.length > 0 && (
        <Text size="xs" c="dimmed">
          {told.join(', ')}
        </Text>
      )}
    </div>
  );
}
