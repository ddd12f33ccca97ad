import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRouter } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { tellDone, useChange } from '../graphql/change.js';
import { DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { PartnerCreate } from './partner-mutations.js';

/** Adds a brand to a coalition, and goes to its page. */
export function AddPartner({ programId }: { programId: string }): ReactElement {
  return (
    <DialogButton label="Add partner" button={{ size: 'xs' }}>
      {({ close }) => <Add programId={programId} onClose={close} />}
    </DialogButton>
  );
}

function Add({ programId, onClose }: { programId: string; onClose: () => void }): ReactElement {
  const router = useRouter();
  const create = useChange(PartnerCreate, ({ partnerCreate }) => partnerCreate);
  const form = useForm({
    initialValues: { name: '', slug: '' },
    validate: { name: (name) => (name.trim() === '' ? 'Enter what people read.' : null) },
  });
  const send = async ({ name, slug }: { name: string; slug: string }): Promise<void> => {
    const payload = await create.run({ input: { programId, name: name.trim(), slug: slug.trim() || slugOf(name) } });
    if (accepted(form, payload) && payload?.partner !== null && payload !== null) {
      onClose();
      tellDone('The partner was added. It takes part once it has terms.');
      await router.navigate({ to: `/partners/${payload.partner.id}` });
    }
  };
  return (
    <SendForm form={form} send="Add" pending={create.pending} onSend={send} onCancel={onClose}>
      <TextInput label="Name" placeholder="Harbour Books" autoComplete="off" data-autofocus {...form.getInputProps('name')} />
      <TextInput
        label="Slug"
        description="Rules name the partner by it, and it stays"
        placeholder={slugOf(form.values.name)}
        autoComplete="off"
        {...form.getInputProps('slug')}
      />
    </SendForm>
  );
}

/** A name as rules can write it: "Harbour Books & Co" → "harbour-books-co". */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replaceAll(/^-|-$/g, '');
}
