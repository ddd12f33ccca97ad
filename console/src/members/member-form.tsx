import { SimpleGrid, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';

import { ask } from '../graphql/ask.js';
import { tellFailure, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { SendForm, accepted } from '../parts/form.js';
import { type MemberValues, checkMember, toMemberInput } from './member-values.js';

const MemberUpsert = graphql(`
  mutation MemberUpsert($input: MemberUpsertInput!) {
    memberUpsert(input: $input) {
      member {
        id
      }
      ${userErrors}
    }
  }
`);

export const ExternalIdTaken = graphql(`
  query ExternalIdTaken($externalId: String!) {
    member(externalId: $externalId) {
      id
    }
  }
`);

/** The profile of a member; `id` is null for a new one. */
export function MemberForm({
  id,
  initialValues,
  send,
  onCancel,
  onSaved,
}: {
  id: string | null;
  initialValues: MemberValues;
  send: string;
  onCancel: () => void;
  onSaved: (memberId: string) => void;
}): ReactElement {
  const form = useForm({ initialValues, validate: checkMember });
  const upsert = useChange(MemberUpsert, ({ memberUpsert }) => memberUpsert);
  const save = async (values: MemberValues): Promise<void> => {
    // The API changes the member who has this external id; a person who adds one does not mean that.
    try {
      if (id === null && (await isTaken(values.externalId.trim()))) {
        form.setErrors({ externalId: 'Another member has this external id.' });
        return;
      }
    } catch (error) {
      tellFailure(error);
      return;
    }
    const payload = await upsert.run({ input: toMemberInput(id, values) });
    if (accepted(form, payload) && payload?.member) {
      onSaved(payload.member.id);
    }
  };
  return (
    <SendForm form={form} send={send} pending={upsert.pending} onSend={save} onCancel={onCancel}>
      <TextInput label="Name" autoComplete="off" data-autofocus {...form.getInputProps('name')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label="E-mail" type="email" autoComplete="off" {...form.getInputProps('email')} />
        <TextInput label="Phone" type="tel" autoComplete="off" {...form.getInputProps('phone')} />
        <TextInput
          label="External id"
          description="Their id in your shop"
          autoComplete="off"
          {...form.getInputProps('externalId')}
        />
        <TextInput
          label="Language"
          description="Such as de-AT"
          autoComplete="off"
          {...form.getInputProps('locale')}
        />
        <TextInput label="Birthday" type="date" {...form.getInputProps('birthday')} />
      </SimpleGrid>
      <TagsInput
        label="Tags"
        description="Press Enter after each"
        clearable
        clearButtonProps={{ 'aria-label': 'Remove all tags' }}
        {...form.getInputProps('tags')}
      />
    </SendForm>
  );
}

/** Whether a member has this external id. Throws if the server does not say. */
async function isTaken(externalId: string): Promise<boolean> {
  return externalId !== '' && (await ask(ExternalIdTaken, { externalId })).member !== null;
}
