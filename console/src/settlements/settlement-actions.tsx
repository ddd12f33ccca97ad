import { Group, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { wasRefused } from '../graphql/user-errors.js';
import { useCoalitions } from '../partners/use-coalitions.js';
import { ConfirmButton, type Dialog, DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { type Settlement, SettlementApprove, SettlementPay } from './settlement-query.js';
import { SettlementLines } from './settlement-lines.js';
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

/** Points are in the unit of its coalition. */
function LinesOf({ settlement }: { settlement: Settlement }): ReactElement {
  const formats = useFormats();
  const unit = useCoalitions().data?.find(({ id }) => id === settlement.programId)?.unit;
  return (
    <SettlementLines settlement={settlement} unit={unit} due={dueWords(settlement, formats)}>
      {formats.day(settlement.firstDay)} to {formats.day(settlement.lastDay)}, from the partner’s side: below zero is what it owes.
    </SettlementLines>
  );
}
