import { Anchor, Code, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconDownload } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { wasRefused } from '../graphql/user-errors.js';
import { kindWords } from '../partners/entries.js';
import { useCoalitions } from '../partners/use-coalitions.js';
import { ConfirmButton, type Dialog, DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { type Column, PlainRows } from '../parts/table.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { type Settlement, SettlementApprove, SettlementPay } from './settlement-query.js';
import { dueWords } from './settlement-words.js';

const small = { size: 'compact-sm' } as const;

/** What can be done with a settlement in its state. */
export function SettlementActions({ settlement }: { settlement: Settlement }): ReactElement {
  const { may } = useViewer();
  return (
    <Group gap="xs">
      <Lines settlement={settlement} />
      {may('APPROVE_SETTLEMENTS') && settlement.state === 'DRAFT' && <Approve settlement={settlement} />}
      {may('APPROVE_SETTLEMENTS') && settlement.state === 'APPROVED' && <Pay settlement={settlement} />}
    </Group>
  );
}

function Approve({ settlement }: { settlement: Settlement }): ReactElement {
  const formats = useFormats();
  const approve = useChange(SettlementApprove, ({ settlementApprove }) => settlementApprove);
  return (
    <ConfirmButton
      label="Approve"
      title={`Approve settlement ${settlement.number}?`}
      button={small}
      onConfirm={async (idempotencyKey) => {
        const done = tellRefusals(await approve.run({ input: { idempotencyKey, id: settlement.id } }));
        if (done) {
          tellDone('The settlement is approved.');
        }
        return done;
      }}
    >
      {settlement.partnerName}, {settlement.period}: {dueWords(settlement, formats)}. Its statement is final from then on.
    </ConfirmButton>
  );
}

function Pay({ settlement }: { settlement: Settlement }): ReactElement {
  return (
    <DialogButton label="Mark as paid" title={`Settlement ${settlement.number} was paid?`} button={{ ...small, variant: 'outline' }}>
      {(dialog) => <PayForm settlement={settlement} dialog={dialog} />}
    </DialogButton>
  );
}

function PayForm({ settlement, dialog: { close, idempotencyKey, renewKey } }: { settlement: Settlement; dialog: Dialog }): ReactElement {
  const formats = useFormats();
  const form = useForm({ initialValues: { reference: '' } });
  const pay = useChange(SettlementPay, ({ settlementPay }) => settlementPay);
  const send = async ({ reference }: { reference: string }): Promise<void> => {
    const payload = await pay.run({ input: { idempotencyKey, id: settlement.id, reference: reference.trim() } });
    if (accepted(form, payload)) {
      tellDone('The settlement is paid.');
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <SendForm form={form} send="Mark as paid" pending={pay.pending} onSend={send} onCancel={close}>
      <Text size="sm">
        {settlement.partnerName}, {settlement.period}: {dueWords(settlement, formats)}. No money is moved by this; it says that it was.
      </Text>
      <TextInput label="Reference" description="Of the payment, to find it again" maxLength={200} data-autofocus {...form.getInputProps('reference')} />
    </SendForm>
  );
}

/** What a settlement adds up, and its statement as a file. */
function Lines({ settlement }: { settlement: Settlement }): ReactElement {
  return (
    <DialogButton
      label="Lines"
      name={`Lines of settlement ${settlement.number}`}
      title={`Settlement ${settlement.number} of ${settlement.partnerName}`}
      size="xl"
      button={{ ...small, variant: 'default' }}
    >
      {() => <LinesOf settlement={settlement} />}
    </DialogButton>
  );
}

function LinesOf({ settlement }: { settlement: Settlement }): ReactElement {
  const formats = useFormats();
  const { currency, lines } = settlement;
  const [carriedIn, amount, carriedOut, ...amounts] = formats.column(
    [settlement.carriedInMicros, settlement.amountMicros, settlement.carriedOutMicros, ...lines.map(({ amountMicros }) => amountMicros)],
    currency,
  );
  return (
    <Stack>
      <Text size="sm">
        {formats.day(settlement.firstDay)} to {formats.day(settlement.lastDay)}, from the partner’s side: below zero is what it owes.
      </Text>
      <PlainRows label="Lines" rows={lines.map((line, place) => ({ line, amount: amounts[place] ?? '', id: String(place) }))} columns={useLineColumns(settlement)} />
      <Table withRowBorders={false} verticalSpacing={4} aria-label="Sums">
        <Table.Tbody>
          <Sum label="Carried from before" value={carriedIn ?? ''} />
          <Sum label="This period" value={amount ?? ''} />
          <Sum label="Carried to the next" value={carriedOut ?? ''} />
          <Sum label="Due" value={dueWords(settlement, formats)} strong />
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

/** What a line of a settlement shows; points are in the unit of its coalition. */
function useLineColumns({ programId }: Settlement): readonly Column<{ readonly id: string; readonly line: Settlement['lines'][number]; readonly amount: string }>[] {
  const formats = useFormats();
  const unit = useCoalitions().data?.find(({ id }) => id === programId)?.unit;
  return [
    {
      title: 'What',
      cell: ({ line: { kind, originalOn, termsNumber } }) => (
        <>
          {kindWords[kind]}
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

/** The statement as files. */
export function Statements({ settlement: { statementPath, number } }: { settlement: Settlement }): ReactElement {
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
