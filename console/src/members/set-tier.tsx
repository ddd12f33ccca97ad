import { Select, TextInput, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';

import { endOfDay } from '../format/instants.js';
import { tellDone, useChange } from '../graphql/change.js';
import { wasRefused } from '../graphql/user-errors.js';
import { type Dialog, DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { MemberTierSet } from './tiers-query.js';

/** A program with the tiers that one can be put into. */
export interface ProgramTiers {
  readonly id: string;
  readonly name: string;
  readonly tiers: readonly { readonly id: string; readonly name: string }[];
}

/** Puts a member into a tier by hand, with a reason and perhaps an end. */
export function SetTier({ memberId, programs }: { memberId: string; programs: readonly ProgramTiers[] }): ReactElement {
  return (
    <DialogButton label="Set tier" button={{ variant: 'default', size: 'xs' }}>
      {(dialog) => <TierForm memberId={memberId} programs={programs} dialog={dialog} />}
    </DialogButton>
  );
}

function TierForm({
  memberId,
  programs,
  dialog: { close, idempotencyKey, renewKey },
}: {
  memberId: string;
  programs: readonly ProgramTiers[];
  dialog: Dialog;
}): ReactElement {
  const { tenant } = useViewer();
  const formats = useFormats();
  const form = useForm({
    initialValues: { programId: programs[0]?.id ?? '', tier: '', reason: '', lastDay: '' },
    validate: {
      tier: (tier) => (tier === '' ? 'Choose a tier.' : null),
      reason: (reason) => (reason.trim() === '' ? 'Say why; it stays in the audit log.' : null),
    },
  });
  const set = useChange(MemberTierSet, ({ memberTierSet }) => memberTierSet);
  const tiers = programs.find(({ id }) => id === form.values.programId)?.tiers ?? [];
  const send = async (values: typeof form.values): Promise<void> => {
    const payload = await set.run({
      input: {
        idempotencyKey,
        member: { id: memberId },
        programId: values.programId,
        tier: values.tier,
        reason: values.reason.trim(),
        until: values.lastDay === '' ? null : endOfDay(values.lastDay, tenant.zone),
      },
    });
    if (accepted(form, payload, { until: 'lastDay' })) {
      tellDone('The tier was set.');
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <SendForm form={form} send="Set tier" pending={set.pending} onSend={send} onCancel={close}>
      {programs.length > 1 && (
        <Select
          label="Program"
          data={programs.map(({ id, name }) => ({ value: id, label: name }))}
          allowDeselect={false}
          {...form.getInputProps('programId')}
        />
      )}
      <Select
        label="Tier"
        data={tiers.map(({ id, name }) => ({ value: id, label: name }))}
        allowDeselect={false}
        {...form.getInputProps('tier')}
      />
      <Textarea label="Reason" autosize minRows={2} maxLength={500} {...form.getInputProps('reason')} />
      <TextInput
        type="date"
        label="Last day"
        description="Until then only a higher tier moves it; empty: for good"
        min={formats.isoDay(tenant.now)}
        {...form.getInputProps('lastDay')}
      />
    </SendForm>
  );
}
