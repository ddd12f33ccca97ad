import { NumberInput, SimpleGrid, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactElement, useState } from 'react';

import { type Typed, currencyDigits, toSmallest } from '../format/amounts.js';
import { endOfDay } from '../format/instants.js';
import { useChange } from '../graphql/change.js';
import { wasRefused } from '../graphql/user-errors.js';
import { type Dialog, DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { CardCode } from './card-code.js';
import { GiftCardIssue } from './gift-card-query.js';

/** Issues a card that was paid for elsewhere, and shows its code. */
export function IssueGiftCard(): ReactElement {
  return <DialogButton label="Issue gift card">{(dialog) => <IssueForm dialog={dialog} />}</DialogButton>;
}

interface Values {
  amount: Typed;
  currency: string;
  member: string;
  orderId: string;
  lastDay: string;
}

function IssueForm({ dialog: { close, idempotencyKey, renewKey } }: { dialog: Dialog }): ReactElement {
  const { tenant } = useViewer();
  const formats = useFormats();
  const [issued, setIssued] = useState<{ code: string | null; pin: string | null } | null>(null);
  const form = useForm<Values>({
    initialValues: { amount: '', currency: tenant.currency, member: '', orderId: '', lastDay: '' },
    validate: {
      amount: (typed, { currency }) =>
        (toSmallest(typed, currencyDigits(currency)) ?? 0) > 0 ? null : 'Enter how much it is worth.',
    },
  });
  const issue = useChange(GiftCardIssue, ({ giftCardIssue }) => giftCardIssue);
  const digits = currencyDigits(form.values.currency);
  const send = async (values: Values): Promise<void> => {
    const payload = await issue.run({
      input: {
        idempotencyKey,
        amount: toSmallest(values.amount, digits) ?? 0,
        currency: values.currency.trim().toUpperCase(),
        purchaser: values.member.trim() === '' ? null : { externalId: values.member.trim() },
        orderId: values.orderId.trim() === '' ? null : values.orderId.trim(),
        expiresAt: values.lastDay === '' ? null : endOfDay(values.lastDay, tenant.zone),
      },
    });
    if (accepted(form, payload, { purchaser: 'member', expiresAt: 'lastDay' }) && payload !== null) {
      setIssued(payload);
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  if (issued !== null) {
    return <CardCode card={issued} onDone={close} />;
  }
  return (
    <SendForm form={form} send="Issue" pending={issue.pending} onSend={send} onCancel={close}>
      <SimpleGrid cols={2}>
        <NumberInput
          label="Worth"
          min={0}
          decimalScale={digits}
          thousandSeparator=","
          data-autofocus
          {...form.getInputProps('amount')}
        />
        <TextInput label="Currency" maxLength={3} {...form.getInputProps('currency')} />
        <TextInput label="Bought by" description="External id, if known" {...form.getInputProps('member')} />
        <TextInput label="Order" description="If it belongs to one" {...form.getInputProps('orderId')} />
      </SimpleGrid>
      <TextInput
        type="date"
        label="Last day"
        description="Empty: as the program says"
        min={formats.isoDay(tenant.now)}
        {...form.getInputProps('lastDay')}
      />
    </SendForm>
  );
}
