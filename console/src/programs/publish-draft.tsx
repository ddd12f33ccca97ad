import { Alert, Anchor, List, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';

import { instantOf } from '../format/instants.js';
import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { sentence } from '../graphql/user-errors.js';
import { Confirmation, DialogButton } from '../parts/dialog.js';
import { useViewer } from '../shell/viewer.js';
import { ProgramPublish } from './program-mutations.js';
import { tellFindings } from './tell-findings.js';

/** A program as far as publishing its draft needs to know. */
interface Publishable {
  readonly id: string;
  readonly live: { readonly number: number } | null;
  readonly draft: { readonly id: string; readonly number: number } | null;
}

/** Publishes the draft, now or from an instant on. */
export function PublishDraft({ program, size = 'xs' }: { program: Publishable; size?: 'xs' | 'sm' }): ReactElement {
  return (
    <DialogButton label="Publish" title={`Publish version ${program.draft?.number}?`} button={{ size }}>
      {({ close }) => <Question program={program} onClose={close} />}
    </DialogButton>
  );
}

function Question({ program, onClose }: { program: Publishable; onClose: () => void }): ReactElement {
  const { tenant } = useViewer();
  const [from, setFrom] = useState('');
  const [doubts, setDoubts] = useState<readonly Doubt[]>([]);
  const publish = useChange(ProgramPublish, ({ programPublish }) => programPublish);
  const confirm = async (): Promise<void> => {
    const payload = await publish.run({
      input: {
        id: program.id,
        versionId: program.draft?.id ?? null,
        liveFrom: from === '' ? null : instantOf(from, tenant.zone),
        confirm: doubts.map(({ code }) => code),
      },
    });
    const warnings = payload?.findings.filter(({ severity }) => severity === 'WARNING') ?? [];
    if (warnings.length > 0) {
      setDoubts([...doubts, ...warnings]);
      return;
    }
    if (tellFindings(payload) && tellRefusals(payload)) {
      tellDone(from === '' ? 'The rules are live.' : 'The rules are scheduled.');
      onClose();
    }
  };
  return (
    <Confirmation confirm={doubts.length === 0 ? 'Publish' : 'Publish all the same'} onCancel={onClose} onConfirm={confirm}>
      <Stack>
        <Text size="sm">
          {program.live === null
            ? 'From then on what customers do earns by these rules.'
            : `It takes the place of version ${program.live.number}. What happened before keeps being decided by that one.`}
        </Text>
        {program.live !== null && (
          <Text size="sm">
            <Anchor component={Link} to={`/programs/${program.id}/replay`} size="sm" onClick={onClose}>
              Replay it first
            </Anchor>{' '}
            over what your members did, to see what it would have changed.
          </Text>
        )}
        {doubts.length > 0 && <Doubts doubts={doubts} />}
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

interface Doubt {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly value: string | null;
  readonly bound: string | null;
}

/** What is doubtful about the draft, each with the value that was found and its bound. */
function Doubts({ doubts }: { doubts: readonly Doubt[] }): ReactElement {
  return (
    <Alert color="yellow" title="Please look at this again">
      <List size="sm">
        {doubts.map(({ path, code, message, value, bound }) => (
          <List.Item key={`${path} ${code}`}>
            {sentence(message)}
            {value !== null && ` ${value}${bound === null ? '' : `; ${bound} is good`}.`}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
