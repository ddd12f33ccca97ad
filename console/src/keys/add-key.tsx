import { SegmentedControl, Select, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';

import { useChange } from '../graphql/change.js';
import { type InputOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { keyRoles, roleWords } from '../settings/roles.js';
import type { NewKey } from './new-key.js';

const KeyCreate = graphql(`
  mutation KeyCreate($input: KeyCreateInput!) {
    keyCreate(input: $input) {
      key {
        id
      }
      secret
      ${userErrors}
    }
  }
`);

/** Makes a key. */
export function AddKey({ onMade }: { onMade: (made: NewKey) => void }): ReactElement {
  return <DialogButton label="Add key">{({ close }) => <Add onClose={close} onMade={onMade} />}</DialogButton>;
}

interface Values {
  kind: InputOf<'KeyKind'>;
  name: string;
  role: InputOf<'Role'>;
  origins: string[];
}

function Add({ onClose, onMade }: { onClose: () => void; onMade: (made: NewKey) => void }): ReactElement {
  const create = useChange(KeyCreate, ({ keyCreate }) => keyCreate);
  const form = useForm<Values>({
    initialValues: { kind: 'SECRET', name: '', role: 'ADMIN', origins: [] },
    validate: { name: (name) => (name.trim() === '' ? 'Enter a name to know it by.' : null) },
  });
  const send = async ({ kind, name, role, origins }: Values): Promise<void> => {
    const payload = await create.run({
      input: { kind, name: name.trim(), ...(kind === 'SECRET' ? { role } : { origins }) },
    });
    if (accepted(form, payload)) {
      onClose();
      onMade({ name: name.trim(), secret: payload?.secret ?? '' });
    }
  };
  return (
    <SendForm form={form} send="Make the key" pending={create.pending} onSend={send} onCancel={onClose}>
      <SegmentedControl
        aria-label="Kind of key"
        data={[
          { value: 'SECRET', label: 'Secret, for servers' },
          { value: 'PUBLISHABLE', label: 'Publishable, for pages' },
        ]}
        {...form.getInputProps('kind')}
      />
      <TextInput
        label="Name"
        placeholder="Shop server"
        autoComplete="off"
        data-autofocus
        {...form.getInputProps('name')}
      />
      {form.values.kind === 'SECRET' ? (
        <Select
          label="What it may do"
          data={keyRoles.map((role) => ({ value: role, label: roleWords[role] }))}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
      ) : (
        <TagsInput
          label="Pages that may use it"
          description="Origins such as https://shop.example; Enter after each"
          {...form.getInputProps('origins')}
          error={Object.entries(form.errors).find(([path]) => path.startsWith('origins'))?.[1]}
        />
      )}
    </SendForm>
  );
}
