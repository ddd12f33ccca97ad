import { Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactElement, useState } from 'react';

import { useChange } from '../graphql/change.js';
import { type InputOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { Secret } from '../parts/secret.js';
import { useViewer } from '../shell/viewer.js';
import { givableRoles, roleWords } from './roles.js';

const StaffInvite = graphql(`
  mutation StaffInvite($input: StaffInviteInput!) {
    staffInvite(input: $input) {
      invitation {
        id
      }
      token
      ${userErrors}
    }
  }
`);

/** Invites somebody to the console; the link is shown once, to be sent to them. */
export function InviteStaff(): ReactElement {
  return (
    <DialogButton label="Invite" title="Invite to the console" button={{ size: 'xs' }}>
      {({ close }) => <Invite onClose={close} />}
    </DialogButton>
  );
}

interface Values {
  email: string;
  role: InputOf<'Role'>;
}

function Invite({ onClose }: { onClose: () => void }): ReactElement {
  const { may } = useViewer();
  const [token, setToken] = useState<string | null>(null);
  const invite = useChange(StaffInvite, ({ staffInvite }) => staffInvite);
  const form = useForm<Values>({
    initialValues: { email: '', role: 'MANAGER' },
    validate: {
      email: (email) => (/^\S+@\S+$/.test(email.trim()) ? null : 'Enter an e-mail address, such as ada@example.com.'),
    },
  });
  if (token !== null) {
    const link = new URL(`/console/join?token=${encodeURIComponent(token)}`, location.origin);
    return <Secret label={`The link for ${form.values.email}`} value={link.href} onDone={onClose} />;
  }
  const send = async ({ email, role }: Values): Promise<void> => {
    const payload = await invite.run({ input: { email: email.trim(), role } });
    if (accepted(form, payload)) {
      setToken(payload?.token ?? '');
    }
  };
  return (
    <SendForm form={form} send="Invite" pending={invite.pending} onSend={send} onCancel={onClose}>
      <TextInput label="E-mail" type="email" autoComplete="off" data-autofocus {...form.getInputProps('email')} />
      <Select
        label="Role"
        data={givableRoles(may('WRITE_OWNERS')).map((role) => ({ value: role, label: roleWords[role] }))}
        allowDeselect={false}
        {...form.getInputProps('role')}
      />
    </SendForm>
  );
}
