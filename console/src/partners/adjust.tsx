import { NumberInput, SegmentedControl, Select, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';

import { MICRO_DIGITS, type Typed } from '../format/amounts.js';
import { tellDone, useChange } from '../graphql/change.js';
import { wasRefused } from '../graphql/user-errors.js';
import { type Dialog, DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { useFormats } from '../shell/viewer.js';
import { PartnerAdjust } from './partner-mutations.js';
import type { PartnerFields } from './partner-query.js';
import { microsOf } from './terms-values.js';

/** Puts right by hand what a partner owes. One dialog books at most once, however often it is sent. */
export function Adjust({ partner }: { partner: PartnerFields }): ReactElement {
  return (
    <DialogButton label="Adjust" title={`Adjust what ${partner.name} owes`} button={{ variant: 'default', size: 'xs' }}>
      {(dialog) => <AdjustForm partner={partner} dialog={dialog} />}
    </DialogButton>
  );
}

interface Values {
  direction: 'more' | 'less';
  amount: Typed;
  currency: string;
  reason: string;
}

function AdjustForm({ partner, dialog: { close, idempotencyKey, renewKey } }: { partner: PartnerFields; dialog: Dialog }): ReactElement {
  const { micros } = useFormats();
  const currencies = [...new Set(partner.termsHistory.map(({ currency }) => currency))];
  const form = useForm<Values>({
    initialValues: { direction: 'less', amount: '', currency: currencies[0] ?? '', reason: '' },
    validate: {
      amount: (typed) => ((microsOf(typed) ?? 0) > 0 ? null : 'Enter how much, above zero.'),
      reason: (reason) => (reason.trim() === '' ? 'Say why; it stands in the statement.' : null),
    },
  });
  const adjust = useChange(PartnerAdjust, ({ partnerAdjust }) => partnerAdjust);
  const { currency, direction } = form.values;
  const amount = microsOf(form.values.amount) ?? 0;
  const send = async (values: Values): Promise<void> => {
    const payload = await adjust.run({
      input: {
        idempotencyKey,
        id: partner.id,
        currency,
        amountMicros: direction === 'less' ? amount : -amount,
        reason: values.reason.trim(),
      },
    });
    if (accepted(form, payload, { amountMicros: 'amount' })) {
      tellDone('The adjustment is booked.');
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <SendForm
      form={form}
      send={amount > 0 ? `It owes ${micros({ amount, currency })} ${direction}` : 'Book it'}
      pending={adjust.pending}
      onSend={send}
      onCancel={close}
    >
      <SegmentedControl
        aria-label="Less or more"
        data={[
          { value: 'less', label: 'It owes less' },
          { value: 'more', label: 'It owes more' },
        ]}
        {...form.getInputProps('direction')}
      />
      {currencies.length > 1 && <Select label="Currency" data={currencies} allowDeselect={false} {...form.getInputProps('currency')} />}
      <NumberInput label={`Amount, ${currency}`} min={0} decimalScale={MICRO_DIGITS} thousandSeparator="," data-autofocus {...form.getInputProps('amount')} />
      <Textarea label="Reason" autosize minRows={2} maxLength={500} {...form.getInputProps('reason')} />
    </SendForm>
  );
}
