import { Text, TextInput, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactElement, useState } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { wasRefused } from '../graphql/user-errors.js';
import { Confirmation, type Dialog, DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { useFormats } from '../shell/viewer.js';
import { CardCode } from './card-code.js';
import { type GiftCard, GiftCardDisable, GiftCardReissue, GiftCardTransferToBalance } from './gift-card-query.js';

const plain = { size: 'compact-sm', variant: 'default' } as const;

/** Gives a card a new code; the old one ends. */
export function ReissueCard({ card }: { card: GiftCard }): ReactElement {
  return (
    <DialogButton label="New code" title={`A new code for card …${card.lastCharacters}?`} button={plain}>
      {(dialog) => <Reissue card={card} dialog={dialog} />}
    </DialogButton>
  );
}

function Reissue({ card, dialog: { close, idempotencyKey } }: { card: GiftCard; dialog: Dialog }): ReactElement {
  const [made, setMade] = useState<{ code: string | null; pin: string | null } | null>(null);
  const reissue = useChange(GiftCardReissue, ({ giftCardReissue }) => giftCardReissue);
  const run = async (): Promise<void> => {
    const payload = await reissue.run({ input: { idempotencyKey, giftCard: { id: card.id } } });
    if (tellRefusals(payload)) {
      setMade(payload);
    }
  };
  return made === null ? (
    <Confirmation confirm="Make a new code" onCancel={close} onConfirm={run}>
      What is left goes to a card with a new code. The old code ends at once.
    </Confirmation>
  ) : (
    <CardCode card={made} onDone={close} />
  );
}

/** Puts what is left on a card onto a member's balance. */
export function CardToBalance({ card }: { card: GiftCard }): ReactElement {
  return (
    <DialogButton label="To balance" title={`Put card …${card.lastCharacters} onto a balance`} button={plain}>
      {(dialog) => <ToBalance card={card} dialog={dialog} />}
    </DialogButton>
  );
}

function ToBalance({
  card,
  dialog: { close, idempotencyKey, renewKey },
}: {
  card: GiftCard;
  dialog: Dialog;
}): ReactElement {
  const { money } = useFormats();
  const form = useForm({
    initialValues: { member: '' },
    validate: { member: (member) => (member.trim() === '' ? 'Enter whose balance.' : null) },
  });
  const move = useChange(GiftCardTransferToBalance, ({ giftCardTransferToBalance }) => giftCardTransferToBalance);
  const send = async ({ member }: { member: string }): Promise<void> => {
    const input = { idempotencyKey, giftCard: { id: card.id }, member: { externalId: member.trim() } };
    const payload = await move.run({ input });
    if (accepted(form, payload)) {
      tellDone('The money is on the balance.');
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <SendForm form={form} send="Put it on" pending={move.pending} onSend={send} onCancel={close}>
      <Text size="sm">{money({ amount: card.balance, currency: card.currency })} are left on the card.</Text>
      <TextInput label="Member’s external id" data-autofocus {...form.getInputProps('member')} />
    </SendForm>
  );
}

/** Ends a card; what is left on it is nobody's. */
export function DisableCard({ card }: { card: GiftCard }): ReactElement {
  return (
    <DialogButton label="Disable" title={`Disable card …${card.lastCharacters}?`} button={plain}>
      {(dialog) => <Disable card={card} dialog={dialog} />}
    </DialogButton>
  );
}

function Disable({ card, dialog: { close, idempotencyKey, renewKey } }: { card: GiftCard; dialog: Dialog }): ReactElement {
  const { money } = useFormats();
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (reason) => (reason.trim() === '' ? 'Say why; it stays in the books.' : null) },
  });
  const disable = useChange(GiftCardDisable, ({ giftCardDisable }) => giftCardDisable);
  const send = async ({ reason }: { reason: string }): Promise<void> => {
    const payload = await disable.run({ input: { idempotencyKey, giftCard: { id: card.id }, reason: reason.trim() } });
    if (accepted(form, payload)) {
      tellDone('The card is disabled.');
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <SendForm form={form} send="Disable" pending={disable.pending} onSend={send} onCancel={close}>
      <Text size="sm">
        {money({ amount: card.balance, currency: card.currency })} are left on it. They will be nobody’s, and the code ends.
      </Text>
      <Textarea label="Reason" autosize minRows={2} maxLength={500} data-autofocus {...form.getInputProps('reason')} />
    </SendForm>
  );
}
