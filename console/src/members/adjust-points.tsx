import { NumberInput, SegmentedControl, Select, TextInput, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { type Typed, toSmallest } from '../format/amounts.js';
import { endOfDay } from '../format/instants.js';
import { tellDone, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { wasRefused, userErrors } from '../graphql/user-errors.js';
import { type Dialog, DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { Loaded } from '../parts/loaded.js';
import { type UnitChoice, Units } from '../parts/units.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import type { Balance } from './member-query.js';

export const PointsAdjust = graphql(`
  mutation PointsAdjust($input: PointsAdjustInput!) {
    pointsAdjust(input: $input) {
      entry {
        id
      }
      ${userErrors}
    }
  }
`);

/** Gives or takes points by hand, with a reason. One dialog moves points at most once, however often it is sent. */
export function AdjustPoints({
  memberId,
  balances,
}: {
  memberId: string;
  balances: readonly Balance[];
}): ReactElement {
  const units = useQuery(asking(Units, {}));
  return (
    <DialogButton label="Adjust points">
      {(dialog) => (
        <Loaded query={units}>
          {({ units: choices }) => (
            <AdjustForm
              memberId={memberId}
              balances={balances}
              units={choices}
              dialog={dialog}
            />
          )}
        </Loaded>
      )}
    </DialogButton>
  );
}

interface Values {
  direction: string;
  unit: string;
  amount: Typed;
  reason: string;
  lastDay: string;
}

function AdjustForm({
  memberId,
  balances,
  units,
  dialog: { close, idempotencyKey, renewKey },
}: {
  memberId: string;
  balances: readonly Balance[];
  units: readonly UnitChoice[];
  dialog: Dialog;
}): ReactElement {
  const { tenant } = useViewer();
  const formats = useFormats();
  const form = useForm<Values>({
    initialValues: { direction: 'give', unit: balances[0]?.unit.slug ?? units[0]?.slug ?? '', amount: '', reason: '', lastDay: '' },
    validate: {
      amount: (typed, { unit }) =>
        (toSmallest(typed, scaleOf(units, unit)) ?? 0) > 0 ? null : 'Enter how many, above zero.',
      reason: (reason) => (reason.trim() === '' ? 'Say why; it stays in the ledger.' : null),
    },
  });
  const adjust = useChange(PointsAdjust, ({ pointsAdjust }) => pointsAdjust);
  const { direction, unit: slug, amount: typed } = form.values;
  const unit = units.find((choice) => choice.slug === slug);
  const amount = toSmallest(typed, unit?.scale ?? 0) ?? 0;
  const send = async (values: Values): Promise<void> => {
    const payload = await adjust.run({
      input: {
        idempotencyKey,
        member: { id: memberId },
        unit: values.unit,
        amount: values.direction === 'give' ? amount : -amount,
        reason: values.reason.trim(),
        expiresAt: values.lastDay === '' || values.direction === 'take' ? null : endOfDay(values.lastDay, tenant.zone),
      },
    });
    if (accepted(form, payload, { expiresAt: 'lastDay' })) {
      tellDone('The points were adjusted.');
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  const verb = direction === 'give' ? 'Give' : 'Take';
  return (
    <SendForm
      form={form}
      send={amount > 0 && unit !== undefined ? `${verb} ${formats.named(amount, unit)}` : verb}
      pending={adjust.pending}
      onSend={send}
      onCancel={close}
    >
      <SegmentedControl
        aria-label="Give or take"
        data={[
          { value: 'give', label: 'Give' },
          { value: 'take', label: 'Take' },
        ]}
        {...form.getInputProps('direction')}
      />
      {units.length > 1 && (
        <Select
          label="Unit"
          data={units.map((choice) => ({ value: choice.slug, label: choice.namePlural }))}
          allowDeselect={false}
          {...form.getInputProps('unit')}
        />
      )}
      <NumberInput
        label={unit === undefined ? 'Points' : unit.namePlural.charAt(0).toUpperCase() + unit.namePlural.slice(1)}
        description={<Available balances={balances} slug={slug} />}
        min={0}
        decimalScale={unit?.scale ?? 0}
        thousandSeparator=","
        data-autofocus
        {...form.getInputProps('amount')}
      />
      <Textarea label="Reason" autosize minRows={2} maxLength={500} {...form.getInputProps('reason')} />
      {direction === 'give' && (
        <TextInput
          type="date"
          label="Last day"
          description="On which they can be spent; empty: they stay"
          min={formats.isoDay(tenant.now)}
          {...form.getInputProps('lastDay')}
        />
      )}
    </SendForm>
  );
}

function Available({ balances, slug }: { balances: readonly Balance[]; slug: string }): string {
  const formats = useFormats();
  const balance = balances.find(({ unit }) => unit.slug === slug);
  return balance === undefined ? 'None available now' : `${formats.named(balance.available, balance.unit)} available now`;
}

function scaleOf(units: readonly UnitChoice[], slug: string): number {
  return units.find((unit) => unit.slug === slug)?.scale ?? 0;
}
