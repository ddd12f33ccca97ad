import { Alert, Anchor, Group, Stack } from '@mantine/core';
import { IconPlayerTrackNext } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { asking } from '../../graphql/queries.js';
import { Empty } from '../../parts/empty.js';
import { Loaded } from '../../parts/loaded.js';
import { Page } from '../../parts/page.js';
import { Panel } from '../../parts/panel.js';
import { NotFound } from '../../shell/problems.js';
import { useViewer } from '../../shell/viewer.js';
import { PublishDraft } from '../publish-draft.js';
import { EarlierReplays } from './earlier.js';
import { ReplayForm } from './replay-form.js';
import { ReplayProgress } from './progress.js';
import { type Overview, ReplayDetails, ReplayOverview, isOpen } from './replay-query.js';
import { ReplayReport } from './report.js';

const route = getRouteApi('/signed-in/programs/$programId/replay');

const AGAIN_MS = 1_000;

/** What a draft would have changed, had it been live: asked for, watched, and read before it is published. */
export function ReplayPage(): ReactElement {
  const { programId } = route.useParams();
  const query = useQuery(asking(ReplayOverview, { programId }));
  const program = query.data?.program;
  const { may } = useViewer();
  if (program === null) {
    return <NotFound />;
  }
  const draft = program?.draft ?? null;
  return (
    <Page
      title={program === undefined ? 'Replay' : `Replay of ${program.name}`}
      about={
        <Group gap={6}>
          <span>What would it have changed, had the draft been live?</span>
          <Anchor component={Link} to={`/programs/${programId}`}>
            Back to the program
          </Anchor>
        </Group>
      }
      actions={
        program !== undefined &&
        draft !== null &&
        may('PUBLISH_PROGRAMS') && <PublishDraft program={{ ...program, draft }} size="sm" />
      }
    >
      <Loaded query={query} lines={8}>
        {(found) => <Replays overview={found} programId={programId} />}
      </Loaded>
    </Page>
  );
}

function Replays({ overview, programId }: { overview: Overview; programId: string }): ReactElement {
  const { id } = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useViewer();
  const { program, replays } = overview;
  const draft = program?.draft ?? null;
  const chosen = id ?? replays.nodes[0]?.id;
  const choose = (next: string): void => void navigate({ search: { id: next }, replace: true });
  return (
    <Stack gap="lg">
      {draft === null ? (
        <Alert color="gray">There is no draft to replay now: edit the rules first.</Alert>
      ) : (
        may('WRITE_PROGRAMS') && <ReplayForm programId={programId} draft={draft} onAsked={choose} />
      )}
      {chosen === undefined ? (
        <Panel title="What it would have changed">
          <Empty icon={IconPlayerTrackNext} title="Nothing was replayed yet">
            Choose a time that has passed: all that your members did then is played once by the rules that were live, and
            once by the draft. Nothing of it counts.
          </Empty>
        </Panel>
      ) : (
        <Chosen key={chosen} id={chosen} overview={overview} />
      )}
      {replays.nodes.length > 1 && <EarlierReplays replays={replays.nodes} chosen={chosen} onChoose={choose} />}
    </Stack>
  );
}

function Chosen({ id, overview }: { id: string; overview: Overview }): ReactElement {
  const query = useQuery({
    ...asking(ReplayDetails, { id }),
    refetchInterval: ({ state: { data } }) => (data?.replay && isOpen(data.replay) ? AGAIN_MS : false),
  });
  return (
    <Loaded query={query} lines={6}>
      {({ replay }) => {
        if (replay === null) {
          return <Alert color="gray">This replay is no longer kept. Run it again.</Alert>;
        }
        const { result } = replay;
        return result === null ? (
          <ReplayProgress replay={replay} />
        ) : (
          <ReplayReport replay={replay} result={result} overview={overview} />
        );
      }}
    </Loaded>
  );
}
