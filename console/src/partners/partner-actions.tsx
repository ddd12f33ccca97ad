import { Text, TextInput, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement, ReactNode } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import type { UserError } from '../graphql/user-errors.js';
import { ConfirmButton, DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { useViewer } from '../shell/viewer.js';
import { PartnerFreeze, PartnerLeave, PartnerRename, PartnerUnfreeze } from './partner-mutations.js';
import type { PartnerFields } from './partner-query.js';

/** What can be done with a partner as a whole, in its state and with the viewer's role. */
export function PartnerActions({ partner }: { partner: PartnerFields }): ReactElement | null {
  const { may } = useViewer();
  if (!may('WRITE_PARTNERS')) {
    return null;
  }
  return (
    <>
      <Rename partner={partner} />
      {partner.state === 'ACTIVE' && <Freeze partner={partner} />}
      {partner.state === 'FROZEN' && <Unfreeze partner={partner} />}
      {partner.state !== 'LEFT' && <Leave partner={partner} />}
    </>
  );
}

const plain = { variant: 'default' } as const;

function Rename({ partner }: { partner: PartnerFields }): ReactElement {
  return (
    <DialogButton label="Rename" title={`Rename ${partner.name}`} button={plain}>
      {({ close }) => <RenameForm partner={partner} onClose={close} />}
    </DialogButton>
  );
}

function RenameForm({ partner, onClose }: { partner: PartnerFields; onClose: () => void }): ReactElement {
  const rename = useChange(PartnerRename, ({ partnerRename }) => partnerRename);
  const form = useForm({
    initialValues: { name: partner.name },
    validate: { name: (name) => (name.trim() === '' ? 'Enter what people read.' : null) },
  });
  const send = async ({ name }: { name: string }): Promise<void> => {
    if (accepted(form, await rename.run({ input: { id: partner.id, name: name.trim() } }))) {
      onClose();
    }
  };
  return (
    <SendForm form={form} send="Rename" pending={rename.pending} onSend={send} onCancel={onClose}>
      <TextInput label="Name" autoComplete="off" data-autofocus {...form.getInputProps('name')} />
    </SendForm>
  );
}

function Freeze({ partner }: { partner: PartnerFields }): ReactElement {
  const freeze = useChange(PartnerFreeze, ({ partnerFreeze }) => partnerFreeze);
  return (
    <WithReason
      label="Freeze"
      title={`Freeze ${partner.name}?`}
      pending={freeze.pending}
      done="The partner is frozen."
      send={(reason) => freeze.run({ input: { id: partner.id, reason } })}
    >
      It issues and takes no {partner.unit.namePlural} until it is unfrozen. Refunds go on, and so do settlements.
    </WithReason>
  );
}

function Leave({ partner }: { partner: PartnerFields }): ReactElement {
  const leave = useChange(PartnerLeave, ({ partnerLeave }) => partnerLeave);
  return (
    <WithReason
      label="Let go"
      title={`Let ${partner.name} go for good?`}
      color="red"
      pending={leave.pending}
      done="The partner has left."
      send={(reason) => leave.run({ input: { id: partner.id, reason } })}
    >
      It cannot come back under this name. What is open is settled as before.
    </WithReason>
  );
}

function Unfreeze({ partner }: { partner: PartnerFields }): ReactElement {
  const unfreeze = useChange(PartnerUnfreeze, ({ partnerUnfreeze }) => partnerUnfreeze);
  return (
    <ConfirmButton
      label="Unfreeze"
      title={`Let ${partner.name} take part again?`}
      onConfirm={async () => {
        const done = tellRefusals(await unfreeze.run({ input: { id: partner.id } }));
        if (done) {
          tellDone('The partner takes part again.');
        }
        return done;
      }}
    >
      It was frozen because: {partner.reason}
    </ConfirmButton>
  );
}

/** A button that asks why before it does something. */
function WithReason({
  label,
  title,
  color,
  pending,
  done,
  send,
  children,
}: {
  label: string;
  title: string;
  color?: string;
  pending: boolean;
  done: string;
  send: (reason: string) => Promise<{ readonly userErrors: readonly UserError[] } | null>;
  children: ReactNode;
}): ReactElement {
  return (
    <DialogButton label={label} title={title} button={color === undefined ? plain : { ...plain, c: color }}>
      {({ close }) => (
        <Reason label={label} pending={pending} done={done} send={send} onClose={close}>
          {children}
        </Reason>
      )}
    </DialogButton>
  );
}

function Reason({
  label,
  pending,
  done,
  send,
  onClose,
  children,
}: {
  label: string;
  pending: boolean;
  done: string;
  send: (reason: string) => Promise<{ readonly userErrors: readonly UserError[] } | null>;
  onClose: () => void;
  children: ReactNode;
}): ReactElement {
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (reason) => (reason.trim() === '' ? 'Say why; it is kept with the partner.' : null) },
  });
  const confirm = async ({ reason }: { reason: string }): Promise<void> => {
    if (accepted(form, await send(reason.trim()))) {
      tellDone(done);
      onClose();
    }
  };
  return (
    <SendForm form={form} send={label} pending={pending} onSend={confirm} onCancel={onClose}>
      <Text size="sm">{children}</Text>
      <Textarea label="Reason" autosize minRows={2} maxLength={500} data-autofocus {...form.getInputProps('reason')} />
    </SendForm>
  );
}
