import { Alert, Group, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { tellDone, tellRefusals, useChange } from '../../graphql/change.js';
import { ConfirmButton } from '../../parts/dialog.js';
import { Panel } from '../../parts/panel.js';
import { useFormats, useViewer } from '../../shell/viewer.js';
import { ProgramReplayCancel, type Replay, isOpen } from './replay-query.js';
import { windowWords } from './window-words.js';

/** A replay without a result: how far it is, or why there will be none. */
export function ReplayProgress({ replay }: { replay: Replay }): ReactElement {
  const { may } = useViewer();
  const formats = useFormats();
  const open = isOpen(replay);
  return (
    <Panel
      title={open ? 'Being replayed' : 'No result'}
      about={windowWords(replay, formats)}
      actions={open && may('WRITE_PROGRAMS') && <Cancel id={replay.id} />}
    >
      {open ? <Playing replay={replay} /> : <Over replay={replay} />}
    </Panel>
  );
}

function Playing({ replay: { activities, played } }: { replay: Replay }): ReactElement {
  const { count } = useFormats();
  const counted = activities > 0;
  const text = counted ? `${count(played)} of ${count(activities)} activities` : 'It waits for its turn.';
  return (
    <Stack component="output" gap="xs">
      <Progress value={counted ? (played / activities) * 100 : 100} animated aria-label={counted ? text : 'Waiting'} size="lg" />
      <Group justify="space-between">
        <Text size="sm">{text}</Text>
        <Text size="sm" c="dimmed">
          You can leave this page: it goes on.
        </Text>
      </Group>
    </Stack>
  );
}

function Over({ replay: { state } }: { replay: Replay }): ReactElement {
  return state === 'CANCELLED' ? (
    <Text size="sm">Somebody ended it before it was over.</Text>
  ) : (
    <Alert color="red" icon={<IconAlertTriangle />} role="alert" title="It could not be played">
      It was tried several times and came to no end. Try a shorter time.
    </Alert>
  );
}

function Cancel({ id }: { id: string }): ReactElement {
  const cancel = useChange(ProgramReplayCancel, ({ programReplayCancel }) => programReplayCancel);
  return (
    <ConfirmButton
      label="End it"
      title="End the replay?"
      button={{ variant: 'default', size: 'xs' }}
      onConfirm={async () => {
        const done = tellRefusals(await cancel.run({ input: { id } }));
        if (done) {
          tellDone('The replay was ended.');
        }
        return done;
      }}
    >
      What was played so far is lost; it can be run again.
    </ConfirmButton>
  );
}
