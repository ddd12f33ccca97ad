import { Anchor, Code, Group, Stack, Table, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';

import type { UnitWords } from '../format/formats.js';
import { kindWords } from '../partners/entries.js';
import { type Column, PlainRows } from '../parts/table.js';
import { useFormats } from '../shell/viewer.js';
import type { Settlement } from './settlement-query.js';

/** A settlement as far as both sides see it. */
type Added = Pick<
  Settlement,
  'number' | 'currency' | 'lines' | 'carriedInMicros' | 'amountMicros' | 'carriedOutMicros' | 'statementPath' | 'statementHash'
>;

/** What a settlement adds up, and its statement as files; `due` says in words what comes of it, `kinds` what lines are for. */
export function SettlementLines({
  settlement,
  unit,
  due,
  kinds = kindWords,
  children,
}: {
  settlement: Added;
  unit: UnitWords | undefined;
  due: string;
  kinds?: typeof kindWords;
  children: ReactNode;
}): ReactElement {
  const formats = useFormats();
  const { currency, lines } = settlement;
  const [carriedIn, amount, carriedOut, ...amounts] = formats.column(
    [settlement.carriedInMicros, settlement.amountMicros, settlement.carriedOutMicros, ...lines.map(({ amountMicros }) => amountMicros)],
    currency,
  );
  const columns = useLineColumns(unit, kinds);
  return (
    <Stack>
      <Text size="sm">{children}</Text>
      <PlainRows label="Lines" rows={lines.map((line, place) => ({ line, amount: amounts[place] ?? '', id: String(place) }))} columns={columns} />
      <Table withRowBorders={false} verticalSpacing={4} aria-label="Sums">
        <Table.Tbody>
          <Sum label="Carried from before" value={carriedIn ?? ''} />
          <Sum label="This period" value={amount ?? ''} />
          <Sum label="Carried to the next" value={carriedOut ?? ''} />
          <Sum label="Due" value={due} strong />
        </Table.Tbody>
      </Table>
      <Statements settlement={settlement} />
      {settlement.statementHash !== null && (
        <Text size="xs" c="dimmed" component="div">
          SHA-256 of the CSV: <Code style={{ wordBreak: 'break-all' }}>{settlement.statementHash}</Code>
        </Text>
      )}
    </Stack>
  );
}

/** The statement as files. */
export function Statements({ settlement: { statementPath, number } }: { settlement: Pick<Settlement, 'statementPath' | 'number'> }): ReactElement {
  return (
    <Group gap="md">
      {(['csv', 'pdf'] as const).map((form) => (
        <Anchor key={form} size="sm" href={`${statementPath}.${form}`} download aria-label={`Statement ${number} as ${form.toUpperCase()}`}>
          <IconDownload size={14} aria-hidden /> {form.toUpperCase()}
        </Anchor>
      ))}
    </Group>
  );
}

function Sum({ label, value, strong = false }: { label: string; value: string; strong?: boolean }): ReactElement {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={strong ? 600 : 400}>
        {label}
      </Table.Th>
      <Table.Td ta="right" fw={strong ? 600 : 400} data-number>
        {value}
      </Table.Td>
    </Table.Tr>
  );
}

type LineRow = { readonly id: string; readonly line: Settlement['lines'][number]; readonly amount: string };

function useLineColumns(unit: UnitWords | undefined, kinds: typeof kindWords): readonly Column<LineRow>[] {
  const formats = useFormats();
  return [
    {
      title: 'What',
      cell: ({ line: { kind, originalOn, termsNumber } }) => (
        <>
          {kinds[kind]}
          <Text size="xs" c="dimmed">
            {[
              originalOn === null ? null : `taken back of ${formats.day(originalOn)}`,
              termsNumber === null ? null : `terms ${termsNumber}`,
            ]
              .filter((part) => part !== null)
              .join(', ')}
          </Text>
        </>
      ),
    },
    { title: 'Entries', number: true, cell: ({ line }) => formats.count(line.entries) },
    { title: 'Points', number: true, cell: ({ line }) => unit !== undefined && formats.points(line.points, unit) },
    { title: 'Amount', number: true, cell: ({ amount }) => amount },
  ];
}
