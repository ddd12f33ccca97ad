import { Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { asking } from '../graphql/queries.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Panel } from '../parts/panel.js';
import { words } from '../parts/words.js';
import { NotFound } from '../shell/problems.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import classes from './editor/editor.module.css';
import { Inside } from './inside/inside.js';
import { ProgramActions } from './program-actions.js';
import { ProgramDetails, type ProgramFields } from './program-query.js';
import { ProgramStateBadge } from './programs.js';
import { PublishDraft } from './publish-draft.js';
import { TryIt } from './try-it.js';
import { Versions } from './versions.js';

const route = getRouteApi('/signed-in/programs/$programId');

/** One program: its rules in words, its draft, its history, and a cart to try it with. */
export function ProgramPage(): ReactElement {
  const { programId } = route.useParams();
  const query = useQuery(asking(ProgramDetails, { id: programId }));
  const program = query.data?.program;
  if (program === null) {
    return <NotFound />;
  }
  if (program === undefined) {
    return (
      <Page title="Program">
        <Loaded query={query} lines={8}>
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return (
    <Page
      title={program.name}
      badge={<ProgramStateBadge state={program.state} />}
      about={`${words(program.kind)} program, issues ${program.unit.namePlural}, line “${program.line}”`}
      actions={<ProgramActions program={program} />}
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="lg">
            <Rules program={program} />
            {program.draft !== null && <Draft program={program} />}
            <Versions program={program} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="lg">
            {program.live !== null && <Inside program={program} />}
            <TryIt />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Rules({ program }: { program: ProgramFields }): ReactElement {
  const { dayOf } = useFormats();
  const { may } = useViewer();
  const about =
    program.live === null
      ? 'Nothing is published yet; this is the draft.'
      : `Version ${program.live.number}${program.live.liveFrom === null ? '' : `, live since ${dayOf(program.live.liveFrom)}`}`;
  const editable = may('WRITE_PROGRAMS') && program.draft === null && program.state !== 'ARCHIVED';
  return (
    <Panel title="Rules" about={about} actions={editable && <EditButton program={program} label="Edit" />}>
      <ul className={classes['words']}>
        {program.summary.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Panel>
  );
}

function Draft({ program }: { program: ProgramFields }): ReactElement {
  const { instant } = useFormats();
  const { may } = useViewer();
  const { draft } = program;
  return (
    <Panel
      title={`Draft: version ${draft?.number}`}
      about={draft === null ? '' : `Saved ${instant(draft.savedAt)}`}
      actions={
        <Group gap="xs">
          {may('WRITE_PROGRAMS') && <EditButton program={program} label="Edit draft" />}
          {program.live !== null && (
            <Button component={Link} to={`/programs/${program.id}/replay`} variant="default" size="xs">
              Replay
            </Button>
          )}
          {may('PUBLISH_PROGRAMS') && <PublishDraft program={program} />}
        </Group>
      }
    >
      <Text size="sm">{draft?.note === '' ? 'It counts for nobody until it is published.' : draft?.note}</Text>
    </Panel>
  );
}

function EditButton({ program, label }: { program: ProgramFields; label: string }): ReactElement {
  return (
    <Button component={Link} to={`/programs/${program.id}/draft`} variant="default" size="xs">
      {label}
    </Button>
  );
}
