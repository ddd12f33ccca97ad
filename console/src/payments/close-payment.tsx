import { NumberInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';

import { type Typed, currencyDigits, fromSmallest, toSmallest } from '../format/amounts.js';
import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { type UserError, wasRefused } from '../graphql/user-errors.js';
import { ConfirmButton, type Dialog, DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { useFormats } from '../shell/viewer.js';
import { type Payment, StoredValueCapture, StoredValueRefund, StoredValueVoid } from './payment-query.js';

/** Takes the money that was set aside, or a part of it. */
export function CapturePayment({ payment }: { payment: Payment }): ReactElement {
  const capture = useChange(StoredValueCapture, ({ storedValueCapture }) => storedValueCapture);
  return (
    <DialogButton label="Capture" title="Capture the payment?" button={{ size: 'compact-sm' }}>
      {(dialog) => (
        <AmountForm
          payment={payment}
          most={payment.amount}
          description="A part of it: the rest goes back"
          verb="Capture"
          done="The money was taken."
          dialog={dialog}
          pending={capture.pending}
          onSend={(amount) => capture.run({ input: { idempotencyKey: dialog.idempotencyKey, id: payment.id, amount } })}
        />
      )}
    </DialogButton>
  );
}

/** Gives money back to where it came from. */
export function RefundPayment({ payment }: { payment: Payment }): ReactElement {
  const refund = useChange(StoredValueRefund, ({ storedValueRefund }) => storedValueRefund);
  return (
    <DialogButton label="Refund" title="Refund the payment?" button={{ size: 'compact-sm', variant: 'default' }}>
      {(dialog) => (
        <AmountForm
          payment={payment}
          most={payment.captured - payment.returned}
          description="It goes back to where it came from. Goods that come back are refunded with their order, not here."
          verb="Refund"
          done="The money went back."
          dialog={dialog}
          pending={refund.pending}
          onSend={(amount) => refund.run({ input: { idempotencyKey: dialog.idempotencyKey, id: payment.id, amount } })}
        />
      )}
    </DialogButton>
  );
}

/** Lets the money go that was set aside. */
export function VoidPayment({ payment }: { payment: Payment }): ReactElement {
  const release = useChange(StoredValueVoid, ({ storedValueVoid }) => storedValueVoid);
  const formats = useFormats();
  return (
    <ConfirmButton
      label="Void"
      title="Void the payment?"
      color="red"
      button={{ size: 'compact-sm', variant: 'default' }}
      onConfirm={async (idempotencyKey) => {
        const done = tellRefusals(await release.run({ input: { idempotencyKey, id: payment.id } }));
        if (done) {
          tellDone('The money was let go.');
        }
        return done;
      }}
    >
      The {formats.money(payment)} that were set aside go back to where they came from.
    </ConfirmButton>
  );
}

function AmountForm({
  payment: { currency },
  most,
  description,
  verb,
  done,
  dialog: { close, renewKey },
  pending,
  onSend,
}: {
  payment: Payment;
  most: number;
  description: string;
  verb: string;
  done: string;
  dialog: Dialog;
  pending: boolean;
  onSend: (amount: number) => Promise<{ readonly userErrors: readonly UserError[] } | null>;
}): ReactElement {
  const formats = useFormats();
  const digits = currencyDigits(currency);
  const form = useForm<{ amount: Typed }>({
    initialValues: { amount: fromSmallest(most, digits) },
    validate: {
      amount: (typed) => {
        const amount = toSmallest(typed, digits) ?? 0;
        return amount >= 1 && amount <= most ? null : `From ${fromSmallest(1, digits)} to ${fromSmallest(most, digits)}.`;
      },
    },
  });
  const amount = toSmallest(form.values.amount, digits) ?? 0;
  const send = async (): Promise<void> => {
    const payload = await onSend(amount);
    if (accepted(form, payload)) {
      tellDone(done);
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <SendForm
      form={form}
      send={`${verb} ${formats.money({ amount, currency })}`}
      pending={pending}
      onSend={send}
      onCancel={close}
    >
      <NumberInput
        label={`Amount, ${currency}`}
        description={description}
        min={0}
        decimalScale={digits}
        thousandSeparator=","
        data-autofocus
        {...form.getInputProps('amount')}
      />
    </SendForm>
  );
}
