import { Badge, Group, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { type InputOf, type ResultOf, graphql } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { userErrors } from '../graphql/user-errors.js';
import { ConfirmButton } from '../parts/dialog.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { type Column, PlainRows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { InviteStaff } from './invite-staff.js';
import { givableRoles } from './roles.js';

export const StaffList = graphql(`
  query StaffList {
    staff {
      id
      email
      name
      role
      joinedAt
    }
    staffInvitations {
      id
      email
      role
      createdAt
      expiresAt
    }
  }
`);

const StaffRoleChange = graphql(`
  mutation StaffRoleChange($input: StaffRoleChangeInput!) {
    staffRoleChange(input: $input) {
      staff {
        id
      }
      ${userErrors}
    }
  }
`);

const StaffRemove = graphql(`
  mutation StaffRemove($input: StaffRemoveInput!) {
    staffRemove(input: $input) {
      removedId
      ${userErrors}
    }
  }
`);

type Found = ResultOf<typeof StaffList>;

/** Somebody on the staff, or invited to join. */
interface Row {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: InputOf<'Role'>;
  readonly since: string;
  readonly expiresAt: string | null;
}

/** The people who sign in to the console, and those invited. */
export function Staff(): ReactElement {
  const { may, tenant } = useViewer();
  const writing = may('WRITE_STAFF') && !tenant.isSandbox;
  const query = useQuery(asking(StaffList, {}));
  const columns = useColumns(writing);
  return (
    <Panel
      title="Staff"
      {...(tenant.isSandbox ? { about: 'A sandbox shares the staff of its shop: change it there.' } : {})}
      actions={writing && <InviteStaff />}
    >
      <Loaded query={query}>{(found) => <PlainRows label="Staff" columns={columns} rows={rowsOf(found)} />}</Loaded>
    </Panel>
  );
}

function rowsOf({ staff, staffInvitations }: Found): readonly Row[] {
  return [
    ...staff.map(({ id, name, email, role, joinedAt }) => ({ id, name, email, role, since: joinedAt, expiresAt: null })),
    ...staffInvitations.map(({ id, email, role, createdAt, expiresAt }) => ({
      id,
      name: '',
      email,
      role,
      since: createdAt,
      expiresAt,
    })),
  ];
}

function useColumns(writing: boolean): readonly Column<Row>[] {
  const { dayOf } = useFormats();
  const columns: readonly Column<Row>[] = [
    {
      title: 'Who',
      cell: ({ name, email, expiresAt }) => (
        <div>
          <Group gap="xs">
            <Text component="span" size="sm" fw={500}>
              {name === '' ? email : name}
            </Text>
            {expiresAt !== null && (
              <Badge size="sm" variant="light" color="yellow" autoContrast>
                Invited
              </Badge>
            )}
          </Group>
          {name !== '' && (
            <Text size="xs" c="dimmed">
              {email}
            </Text>
          )}
        </div>
      ),
    },
    {
      title: 'Role',
      cell: (row) => (writing && row.expiresAt === null ? <RoleSelect row={row} /> : words(row.role)),
    },
    {
      title: 'Since',
      cell: ({ since, expiresAt }) => (expiresAt === null ? dayOf(since) : `Invited until ${dayOf(expiresAt)}`),
    },
  ];
  return writing ? [...columns, { title: 'Actions', cell: (row) => <Remove row={row} /> }] : columns;
}

function RoleSelect({ row }: { row: Row }): ReactElement {
  const { may, email } = useViewer();
  const change = useChange(StaffRoleChange, ({ staffRoleChange }) => staffRoleChange);
  const owners = may('WRITE_OWNERS');
  const give = async (role: string | null): Promise<void> => {
    const wanted = givableRoles(owners).find((name) => name === role);
    if (wanted !== undefined && tellRefusals(await change.run({ input: { id: row.id, role: wanted } }))) {
      tellDone(`${row.name} is ${words(wanted).toLowerCase()} now.`);
    }
  };
  if (row.email === email || (row.role === 'OWNER' && !owners)) {
    return <>{words(row.role)}</>;
  }
  return (
    <Select
      size="xs"
      maw={140}
      aria-label={`Role of ${row.name}`}
      data={givableRoles(owners).map((role) => ({ value: role, label: words(role) }))}
      allowDeselect={false}
      value={row.role}
      disabled={change.pending}
      onChange={(role) => void give(role)}
    />
  );
}

function Remove({ row }: { row: Row }): ReactElement | null {
  const { may, email } = useViewer();
  const remove = useChange(StaffRemove, ({ staffRemove }) => staffRemove);
  const invited = row.expiresAt !== null;
  if (row.email === email || (row.role === 'OWNER' && !may('WRITE_OWNERS'))) {
    return null;
  }
  return (
    <ConfirmButton
      label={invited ? 'Take back' : 'Remove'}
      title={invited ? `Take back the invitation of ${row.email}?` : `Remove ${row.name}?`}
      color="red"
      button={{ size: 'compact-sm', variant: 'default' }}
      onConfirm={async () => {
        const done = tellRefusals(await remove.run({ input: { id: row.id } }));
        if (done) {
          tellDone(invited ? 'The invitation was taken back.' : 'They can no longer sign in to this shop.');
        }
        return done;
      }}
    >
      {invited ? 'The link works no more.' : 'They are signed out of this shop at once.'}
    </ConfirmButton>
  );
}
