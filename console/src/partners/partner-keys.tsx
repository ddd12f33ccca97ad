import { Checkbox, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { useChange } from '../graphql/change.js';
import type { InputOf } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { type NewKey, ShowNewKey } from '../keys/new-key.js';
import { RevokeKey, RotateKey } from '../keys/close-key.js';
import { type Key, Keys } from '../keys/key-query.js';
import { isActive, powersOf } from '../keys/keys.js';
import { DialogButton } from '../parts/dialog.js';
import { Empty } from '../parts/empty.js';
import { SendForm, accepted } from '../parts/form.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { PartnerKeyCreate } from './partner-mutations.js';
import type { PartnerFields } from './partner-query.js';

type Scope = InputOf<'PartnerScope'>;

const scopes: Readonly<Record<Scope, string>> = {
  READ: 'See itself, and the members that are linked with it',
  EARN: 'Send what members buy there',
  BURN: 'Take points',
  SETTLE: 'See its clearing and its settlements',
};

/** The keys of a partner that work, and a new one. */
export function PartnerKeys({ partner }: { partner: PartnerFields }): ReactElement {
  const { may, tenant } = useViewer();
  const query = useQuery(asking(Keys, {}));
  const [made, setMade] = useState<NewKey | null>(null);
  return (
    <Panel
      title="Keys"
      about="For the partner’s own servers. Each sees this partner only."
      actions={may('WRITE_KEYS') && partner.state !== 'LEFT' && <AddKey partner={partner} onMade={setMade} />}
    >
      {made !== null && <ShowNewKey made={made} onDone={() => setMade(null)} />}
      <Loaded query={query} lines={2}>
        {({ keys }) => {
          const own = keys.filter((key) => key.partnerId === partner.id && isActive(key, tenant.now));
          return own.length > 0 ? (
            <Stack component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Keys">
              {own.map((key) => (
                <li key={key.id}>
                  <OneKey apiKey={key} onMade={setMade} />
                </li>
              ))}
            </Stack>
          ) : (
            <Empty icon={IconKey} title="No key">
              With a key of its own the partner’s shop sends what members buy there, and takes their points.
            </Empty>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function OneKey({ apiKey, onMade }: { apiKey: Key; onMade: (made: NewKey) => void }): ReactElement {
  const { may } = useViewer();
  const { instant } = useFormats();
  const used = apiKey.lastUsedAt === null ? 'never used' : `last used ${instant(apiKey.lastUsedAt)}`;
  const ends = apiKey.expiresAt === null ? '' : `, works until ${instant(apiKey.expiresAt)}`;
  return (
    <Group justify="space-between" gap="xs">
      <div>
        <Text size="sm" fw={500}>
          {apiKey.name} <Code>{apiKey.hint}</Code>
        </Text>
        <Text size="xs" c="dimmed">
          {powersOf(apiKey)}; {used}
          {ends}
        </Text>
      </div>
      {may('WRITE_KEYS') && (
        <Group gap="xs">
          {apiKey.expiresAt === null && <RotateKey apiKey={apiKey} onMade={onMade} />}
          <RevokeKey apiKey={apiKey} />
        </Group>
      )}
    </Group>
  );
}

function AddKey({ partner, onMade }: { partner: PartnerFields; onMade: (made: NewKey) => void }): ReactElement {
  return (
    <DialogButton label="Add key" title={`A key for ${partner.name}`} button={{ size: 'xs', variant: 'default' }}>
      {({ close }) => <Add partner={partner} onClose={close} onMade={onMade} />}
    </DialogButton>
  );
}

interface Values {
  name: string;
  scopes: string[];
}

function Add({ partner, onClose, onMade }: { partner: PartnerFields; onClose: () => void; onMade: (made: NewKey) => void }): ReactElement {
  const create = useChange(PartnerKeyCreate, ({ partnerKeyCreate }) => partnerKeyCreate);
  const form = useForm<Values>({
    initialValues: { name: '', scopes: Object.keys(scopes) },
    validate: {
      name: (name) => (name.trim() === '' ? 'Enter a name to know it by.' : null),
      scopes: (chosen) => (chosen.length === 0 ? 'Choose at least one.' : null),
    },
  });
  const send = async (values: Values): Promise<void> => {
    const payload = await create.run({
      input: { partner: partner.id, name: values.name.trim(), scopes: values.scopes.filter(isScope) },
    });
    if (accepted(form, payload)) {
      onClose();
      onMade({ name: values.name.trim(), secret: payload?.secret ?? '' });
    }
  };
  return (
    <SendForm form={form} send="Make the key" pending={create.pending} onSend={send} onCancel={onClose}>
      <TextInput label="Name" placeholder="Till server" autoComplete="off" data-autofocus {...form.getInputProps('name')} />
      <Checkbox.Group label="What it may do" {...form.getInputProps('scopes')}>
        <Stack gap="xs" mt="xs">
          {Object.entries(scopes).map(([scope, label]) => (
            <Checkbox key={scope} value={scope} label={label} />
          ))}
        </Stack>
      </Checkbox.Group>
    </SendForm>
  );
}

function isScope(text: string): text is Scope {
  return text in scopes;
}
