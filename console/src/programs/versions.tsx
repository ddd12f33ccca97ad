import { Badge, Group, Stack, Text, Timeline } from '@mantine/core';
import type { ReactElement } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { ConfirmButton } from '../parts/dialog.js';
import { Panel } from '../parts/panel.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import classes from './editor/editor.module.css';
import { ProgramRollback } from './program-mutations.js';
import type { ProgramFields, Version } from './program-query.js';
import { tellFindings } from './tell-findings.js';

/** Every version of a program's rules, the newest first; an earlier one can be brought back. */
export function Versions({ program }: { program: ProgramFields }): ReactElement {
  const { nodes } = program.versions;
  const { may } = useViewer();
  const back = may('PUBLISH_PROGRAMS') && program.state !== 'ARCHIVED';
  return (
    <Panel title="History">
      <Timeline bulletSize={16} lineWidth={2} active={nodes.length} classNames={{ itemBullet: classes['bullet'] ?? '' }}>
        {nodes.map((version) => (
          <Timeline.Item
            key={version.id}
            title={
              <Group gap="xs">
                Version {version.number}
                <Badge size="sm" variant="light" color={version.state === 'LIVE' ? 'teal' : 'gray'} autoContrast>
                  {words(version.state)}
                </Badge>
              </Group>
            }
          >
            <Stack gap={4} align="flex-start">
              <About version={version} />
              {back && version.state === 'RETIRED' && <Rollback program={program} version={version} />}
            </Stack>
          </Timeline.Item>
        ))}
      </Timeline>
    </Panel>
  );
}

function About({ version }: { version: Version }): ReactElement {
  const { instant } = useFormats();
  const { savedBy, publishedBy, publishedAt, savedAt, restores, note, liveFrom, liveUntil } = version;
  return (
    <>
      {note !== '' && <Text size="sm">{note}</Text>}
      {restores !== null && <Text size="sm">Brings back version {restores}.</Text>}
      <Text size="xs" c="dimmed">
        {publishedAt !== null && publishedBy !== null
          ? `Published ${instant(publishedAt)} by ${who(publishedBy)}`
          : `Saved ${instant(savedAt)} by ${who(savedBy)}`}
      </Text>
      {liveFrom !== null && (
        <Text size="xs" c="dimmed">
          Counts from {instant(liveFrom)}
          {liveUntil !== null && ` until ${instant(liveUntil)}`}
        </Text>
      )}
    </>
  );
}

function who(actor: Version['savedBy']): string {
  return actor.name ?? words(actor.kind).toLowerCase();
}

function Rollback({ program, version }: { program: ProgramFields; version: Version }): ReactElement {
  const rollback = useChange(ProgramRollback, ({ programRollback }) => programRollback);
  return (
    <ConfirmButton
      label="Bring back"
      title={`Bring back version ${version.number}?`}
      confirm="Publish it again"
      button={{ variant: 'default', size: 'compact-xs' }}
      onConfirm={async () => {
        const payload = await rollback.run({ input: { id: program.id, number: version.number } });
        const done = tellFindings(payload) && tellRefusals(payload);
        if (done) {
          tellDone(`The rules of version ${version.number} are live again.`);
        }
        return done;
      }}
    >
      Its rules are published at once as a new version. What was decided in between stays.
    </ConfirmButton>
  );
}
