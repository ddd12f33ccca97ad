import { Badge, Checkbox, Code, Group, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import type { Formats } from '../format/formats.js';
import { asking } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { type Column, Rows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { AddKey } from './add-key.js';
import { RevokeKey, RotateKey } from './close-key.js';
import { type Key, Keys as KeyList } from './key-query.js';
import { type NewKey, ShowNewKey } from './new-key.js';

/** The keys of the tenant's servers and pages. */
export function Keys(): ReactElement {
  const { may, tenant } = useViewer();
  const formats = useFormats();
  const [all, setAll] = useState(false);
  const query = useQuery(asking(KeyList, {}));
  const [made, setMade] = useState<NewKey | null>(null);
  const columns = columnsOf(formats, tenant.now, may('WRITE_KEYS') ? setMade : null);
  return (
    <Page
      title="Keys"
      about={`For ${tenant.isSandbox ? 'the sandbox' : 'the live shop'}. Secret keys belong on your servers only.`}
      actions={may('WRITE_KEYS') && <AddKey onMade={setMade} />}
    >
      {made !== null && <ShowNewKey made={made} onDone={() => setMade(null)} />}
      <Checkbox
        label="Also those that work no more"
        checked={all}
        onChange={({ currentTarget }) => setAll(currentTarget.checked)}
      />
      <Loaded query={query}>
        {({ keys }) => {
          const shown = keys.filter((key) => all || isActive(key, tenant.now));
          return shown.length > 0 ? (
            <Rows label="Keys" columns={columns} rows={shown} />
          ) : (
            <Empty icon={IconKey} title="No keys">
              Your shop’s server sends purchases with a secret key; its pages show the panel with a publishable one.
            </Empty>
          );
        }}
      </Loaded>
    </Page>
  );
}

/** What a key may do: a role, the pages that may use it, or a partner's scopes. */
export function powersOf({ kind, role, origins, scopes }: Key): string {
  switch (kind) {
    case 'SECRET':
      return role === null ? '' : words(role);
    case 'PARTNER':
      return scopes.map(words).join(', ');
    default:
      return origins.length > 0 ? origins.join(', ') : 'no pages named';
  }
}

/** Whether a key still works at an instant. */
export function isActive({ revokedAt, expiresAt }: Key, now: string): boolean {
  return revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > Date.parse(now));
}

function columnsOf(formats: Formats, now: string, onMade: ((made: NewKey) => void) | null): readonly Column<Key>[] {
  const columns: readonly Column<Key>[] = [
    {
      title: 'Name',
      cell: ({ name, hint }) => (
        <div>
          <Text component="span" size="sm" fw={500} display="block">
            {name}
          </Text>
          <Code>{hint}</Code>
        </div>
      ),
    },
    {
      title: 'Kind',
      cell: (key) => (
        <div>
          {words(key.kind)}
          <Text size="xs" c="dimmed">
            {powersOf(key)}
          </Text>
        </div>
      ),
    },
    { title: 'Since', cell: ({ createdAt }) => formats.dayOf(createdAt) },
    { title: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'Never' : formats.instant(lastUsedAt)) },
    { title: 'State', cell: (key) => <KeyState apiKey={key} now={now} /> },
  ];
  if (onMade === null) {
    return columns;
  }
  const actions: Column<Key> = {
    title: 'Actions',
    cell: (key) =>
      isActive(key, now) && (
        <Group gap="xs" wrap="nowrap">
          {key.expiresAt === null && <RotateKey apiKey={key} onMade={onMade} />}
          <RevokeKey apiKey={key} />
        </Group>
      ),
  };
  return [...columns, actions];
}

function KeyState({ apiKey, now }: { apiKey: Key; now: string }): ReactElement {
  const { instant } = useFormats();
  if (!isActive(apiKey, now)) {
    return (
      <Badge variant="light" color="gray" autoContrast>
        {apiKey.revokedAt === null ? 'Ended' : 'Revoked'}
      </Badge>
    );
  }
  return (
    <div>
      <Badge variant="light" color="teal" autoContrast>
        Works
      </Badge>
      {apiKey.expiresAt !== null && (
        <Text size="xs" c="dimmed">
          until {instant(apiKey.expiresAt)}
        </Text>
      )}
    </div>
  );
}
