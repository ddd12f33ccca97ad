import { NumberInput, Select } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { type Typed, toSmallest } from '../format/amounts.js';
import { tellDone, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { userErrors, wasRefused } from '../graphql/user-errors.js';
import { type Dialog, DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { useFormats } from '../shell/viewer.js';
import { MemberClub } from './club-query.js';
import { MemberPicker } from './member-picker.js';
import type { Balance } from './member-query.js';

export const PointsTransfer = graphql(`
  mutation PointsTransfer($input: PointsTransferInput!) {
    pointsTransfer(input: $input) {
      fromBalances {
        available
      }
      ${userErrors}
    }
  }
`);

/** Lets a member give points to another, where a program that runs allows it; nothing where none does. */
export function GivePoints({ memberId, balances }: { memberId: string; balances: readonly Balance[] }): ReactElement | null {
  const { data } = useQuery(asking(MemberClub, { id: memberId }));
  const allowed = new Set(
    data?.programs.nodes.flatMap(({ live }) => {
      const rules = live?.rules.points;
      return rules?.transfers === null || rules?.transfers === undefined ? [] : [rules.unit];
    }),
  );
  const given = balances.filter(({ unit, available }) => allowed.has(unit.slug) && available > 0);
  return given.length === 0 ? null : (
    <DialogButton label="Give to a member" title="Give points to another member" button={{ variant: 'default' }}>
      {(dialog) => <GiveForm memberId={memberId} balances={given} dialog={dialog} />}
    </DialogButton>
  );
}

interface Values {
  to: string | null;
  unit: string;
  points: Typed;
}

function GiveForm({
  memberId,
  balances,
  dialog: { close, idempotencyKey, renewKey },
}: {
  memberId: string;
  balances: readonly Balance[];
  dialog: Dialog;
}): ReactElement {
  const formats = useFormats();
  const balanceOf = (slug: string): Balance | undefined => balances.find(({ unit }) => unit.slug === slug);
  const form = useForm<Values>({
    initialValues: { to: null, unit: balances[0]?.unit.slug ?? '', points: '' },
    validate: {
      to: (to) => (to === null ? 'Choose who gets them.' : null),
      points: (typed, { unit }) =>
        (toSmallest(typed, balanceOf(unit)?.unit.scale ?? 0) ?? 0) > 0 ? null : 'Enter how many, above zero.',
    },
  });
  const transfer = useChange(PointsTransfer, ({ pointsTransfer }) => pointsTransfer);
  const balance = balanceOf(form.values.unit);
  const send = async ({ to, unit, points }: Values): Promise<void> => {
    const payload = await transfer.run({
      input: {
        idempotencyKey,
        from: { id: memberId },
        to: { id: to ?? '' },
        unit,
        points: toSmallest(points, balance?.unit.scale ?? 0) ?? 0,
      },
    });
    if (accepted(form, payload)) {
      tellDone('The points were given.');
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <SendForm form={form} send="Give" pending={transfer.pending} onSend={send} onCancel={close}>
      <MemberPicker
        label="Who gets them"
        without={memberId}
        value={form.values.to}
        error={form.errors['to']}
        onChange={(to) => form.setFieldValue('to', to)}
      />
      {balances.length > 1 && (
        <Select
          label="Unit"
          data={balances.map(({ unit }) => ({ value: unit.slug, label: unit.namePlural }))}
          allowDeselect={false}
          {...form.getInputProps('unit')}
        />
      )}
      <NumberInput
        label={balance === undefined ? 'Points' : balance.unit.namePlural.charAt(0).toUpperCase() + balance.unit.namePlural.slice(1)}
        description={balance === undefined ? '' : `${formats.named(balance.available, balance.unit)} available now; they keep their age and end`}
        min={0}
        decimalScale={balance?.unit.scale ?? 0}
        thousandSeparator=","
        {...form.getInputProps('points')}
      />
    </SendForm>
  );
}
