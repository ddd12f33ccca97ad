import { Badge, Group, Stack, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

import { tellDone } from '../graphql/change.js';
import { DialogButton } from '../parts/dialog.js';
import { Panel } from '../parts/panel.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { MemberForm } from './member-form.js';
import type { MemberFields } from './member-query.js';
import { toMemberValues } from './member-values.js';
import classes from './members.module.css';

/** What is known of a member: profile, tags, attributes, consents. */
export function Profile({ member }: { member: MemberFields }): ReactElement {
  const { may } = useViewer();
  const formats = useFormats();
  if (member.erasedAt !== null) {
    return (
      <Panel title="Profile">
        <Text>All that was personal was erased on {formats.dayOf(member.erasedAt)}. The ledger keeps the points.</Text>
      </Panel>
    );
  }
  return (
    <Panel title="Profile" actions={may('WRITE_MEMBERS') && member.state !== 'MERGED' && <Edit member={member} />}>
      <Stack>
        <dl className={classes['facts']}>
          <Fact label="E-mail">{member.email}</Fact>
          <Fact label="Phone">{member.phone}</Fact>
          <Fact label="External id">{member.externalId}</Fact>
          <Fact label="Birthday">{member.birthday === null ? null : formats.day(member.birthday)}</Fact>
          <Fact label="Language">{member.locale}</Fact>
          {member.attributes.map(({ name, value }) => (
            <Fact key={name} label={name}>
              {String(value)}
            </Fact>
          ))}
          <Fact label="Tags">{member.tags.length > 0 && <Tags tags={member.tags} />}</Fact>
        </dl>
        <Dependants dependants={member.dependants} />
        <Consents consents={member.consents} />
      </Stack>
    </Panel>
  );
}

function Edit({ member }: { member: MemberFields }): ReactElement {
  return (
    <DialogButton label="Edit" title="Edit profile" size="lg" button={{ variant: 'default', size: 'xs' }}>
      {({ close }) => (
        <MemberForm
          id={member.id}
          initialValues={toMemberValues(member)}
          send="Save"
          onCancel={close}
          onSaved={() => {
            tellDone('The profile was saved.');
            close();
          }}
        />
      )}
    </DialogButton>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }): ReactElement {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children === null || children === false ? <Text c="dimmed">–</Text> : children}</dd>
    </>
  );
}

function Tags({ tags }: { tags: readonly string[] }): ReactElement {
  return (
    <Group gap={4}>
      {tags.map((tag) => (
        <Badge key={tag} variant="default" tt="none" fw={500}>
          {tag}
        </Badge>
      ))}
    </Group>
  );
}

function Dependants({ dependants }: { dependants: MemberFields['dependants'] }): ReactElement | null {
  const formats = useFormats();
  if (dependants.length === 0) {
    return null;
  }
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        Looks after
      </Text>
      <Stack gap={6}>
        {dependants.map(({ id, kind, name, birthday }) => (
          <Group key={id} gap="xs">
            <Text size="sm">{name}</Text>
            <Text size="xs" c="dimmed">
              {words(kind).toLowerCase()}
              {birthday !== null && `, born on ${formats.day(birthday)}`}
            </Text>
          </Group>
        ))}
      </Stack>
    </div>
  );
}

function Consents({ consents }: { consents: MemberFields['consents'] }): ReactElement | null {
  const formats = useFormats();
  if (consents.length === 0) {
    return null;
  }
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        Consents
      </Text>
      <Stack gap={6}>
        {consents.map(({ purpose, granted, recordedAt, source }) => (
          <Group key={purpose} gap="xs">
            <Badge variant="light" color={granted ? 'teal' : 'gray'} autoContrast>
              {granted ? 'Given' : 'Withdrawn'}
            </Badge>
            <Text size="sm">{purpose}</Text>
            <Text size="xs" c="dimmed">
              {formats.dayOf(recordedAt)}, {source}
            </Text>
          </Group>
        ))}
      </Stack>
    </div>
  );
}
