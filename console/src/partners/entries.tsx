import { Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import { usePages } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Panel } from '../parts/panel.js';
import { type Column, PlainRows } from '../parts/table.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { Adjust } from './adjust.js';
import { ClearingEntries, type ClearingEntry, type PartnerFields } from './partner-query.js';

/** What each kind of entry is, as an operator reads it. */
export const kindWords: Readonly<Record<ClearingEntry['kind'], string>> = {
  ISSUE: 'Issued',
  RELEASE: 'Spent, of those paid for',
  BREAKAGE: 'Expired',
  ESTIMATE: 'Estimated never to be spent',
  SPENT: 'Spent, paid for now',
  REIMBURSEMENT: 'Spent there',
  BLOCK: 'Block paid ahead',
  PERK: 'Perk',
  FEE: 'Fee',
  ADJUSTMENT: 'Adjusted by hand',
  PAYMENT: 'Settlement paid',
};

/** What was cleared with a partner, what was booked last first. */
export function EntriesPanel({ partner }: { partner: PartnerFields }): ReactElement {
  const { may } = useViewer();
  const [kind, setKind] = useState<ClearingEntry['kind'] | null>(null);
  const [firstDay, setFirst] = useState('');
  const [lastDay, setLast] = useState('');
  const { query, more } = usePages(
    ClearingEntries,
    { partnerId: partner.id, kind, firstDay: firstDay || null, lastDay: lastDay || null, after: null },
    ({ clearingEntries }) => clearingEntries,
  );
  const columns = useColumns(partner);
  const all = kind === null && firstDay === '' && lastDay === '';
  return (
    <Panel
      title="Clearing"
      about="Each movement of points as money, by the terms of its day."
      actions={may('WRITE_PARTNERS') && partner.termsHistory.length > 0 && <Adjust partner={partner} />}
    >
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <Select
            flex="1 1 160px"
            size="xs"
            label="Kind"
            placeholder="All kinds"
            clearable
            clearButtonProps={{ 'aria-label': 'All kinds' }}
            data={Object.entries(kindWords).map(([value, label]) => ({ value, label }))}
            value={kind}
            onChange={(value) => setKind(isKind(value) ? value : null)}
          />
          <TextInput flex="1 1 120px" size="xs" type="date" label="From" value={firstDay} onChange={({ currentTarget }) => setFirst(currentTarget.value)} />
          <TextInput flex="1 1 120px" size="xs" type="date" label="To" value={lastDay} onChange={({ currentTarget }) => setLast(currentTarget.value)} />
        </Group>
        <Loaded query={query} lines={5}>
          {(rows) =>
            rows.length > 0 ? (
              <div>
                <PlainRows label="Clearing entries" columns={columns} rows={rows} />
                <More more={more} />
              </div>
            ) : (
              <Empty icon={IconArrowsExchange} title={all ? 'Nothing was cleared yet' : 'Nothing of this kind and time'}>
                {all ? 'Once points are issued or spent with the partner, each movement stands here as money.' : undefined}
              </Empty>
            )
          }
        </Loaded>
      </Stack>
    </Panel>
  );
}

function isKind(value: string | null): value is ClearingEntry['kind'] {
  return value !== null && value in kindWords;
}

function useColumns({ unit }: PartnerFields): readonly Column<ClearingEntry>[] {
  const formats = useFormats();
  return [
    { title: 'Booked', cell: ({ bookedOn }) => formats.day(bookedOn) },
    {
      title: 'What',
      cell: ({ kind, note, originalOn, points, priceMicros, currency }) => (
        <div>
          <Text size="sm">
            {kindWords[kind]}
            {originalOn !== null && `, taken back: booked ${formats.day(originalOn)}`}
          </Text>
          <Text size="xs" c="dimmed">
            {note ?? (points === 0 ? '' : `${formats.named(points, unit)} at ${formats.micros({ amount: priceMicros * 10 ** unit.scale, currency })}`)}
          </Text>
        </div>
      ),
    },
    {
      title: 'It owes',
      number: true,
      cell: ({ owedMicros, currency }) =>
        owedMicros === 0 ? (
          <Text size="xs" c="dimmed">
            no change
          </Text>
        ) : (
          <Text size="sm" fw={500} style={{ whiteSpace: 'nowrap' }}>
            {owedMicros > 0 ? '+' : '−'}
            {formats.micros({ amount: Math.abs(owedMicros), currency })}
          </Text>
        ),
    },
  ];
}
