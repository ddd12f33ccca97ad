import { Stack, Text, TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';

import { instantOf } from '../format/instants.js';
import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { Confirmation, DialogButton } from '../parts/dialog.js';
import { useViewer } from '../shell/viewer.js';
import { ProgramPublish } from './program-mutations.js';
import type { ProgramFields } from './program-query.js';
import { tellFindings } from './tell-findings.js';

/** Publishes the draft, now or from an instant on. */
export function PublishDraft({ program }: { program: ProgramFields }): ReactElement {
  return (
    <DialogButton label="Publish" title={`Publish version ${program.draft?.number}?`} button={{ size: 'xs' }}>
      {({ close }) => <Question program={program} onClose={close} />}
    </DialogButton>
  );
}

function Question({ program, onClose }: { program: ProgramFields; onClose: () => void }): ReactElement {
  const { tenant } = useViewer();
  const [from, setFrom] = useState('');
  const publish = useChange(ProgramPublish, ({ programPublish }) => programPublish);
  const confirm = async (): Promise<void> => {
    const payload = await publish.run({
      input: {
        id: program.id,
        versionId: program.draft?.id ?? null,
        liveFrom: from === '' ? null : instantOf(from, tenant.zone),
      },
    });
    if (tellFindings(payload) && tellRefusals(payload)) {
      tellDone(from === '' ? 'The rules are live.' : 'The rules are scheduled.');
      onClose();
    }
  };
  return (
    <Confirmation confirm="Publish" onCancel={onClose} onConfirm={confirm}>
      <Stack>
        <Text size="sm">
          {program.live === null
            ? 'From then on what customers do earns by these rules.'
            : `It takes the place of version ${program.live.number}. What happened before keeps being decided by that one.`}
        </Text>
        <TextInput
          type="datetime-local"
          label="From"
          description={`Empty: now. In the time of ${tenant.zone}.`}
          value={from}
          onChange={({ currentTarget }) => setFrom(currentTarget.value)}
        />
      </Stack>
    </Confirmation>
  );
}
