import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { ConfirmButton } from '../parts/dialog.js';
import { useViewer } from '../shell/viewer.js';
import { ProgramArchive, ProgramCopy, ProgramPause, ProgramResume } from './program-mutations.js';
import type { ProgramFields } from './program-query.js';
import { tellFindings } from './tell-findings.js';

/** What can be done with a program as a whole, in its state and with the viewer's role. */
export function ProgramActions({ program }: { program: ProgramFields }): ReactElement {
  const { may, tenant } = useViewer();
  const publish = may('PUBLISH_PROGRAMS');
  return (
    <>
      {may('WRITE_PROGRAMS') && tenant.twinId !== null && <Copy program={program} />}
      {publish && program.state === 'LIVE' && <Pause program={program} />}
      {publish && program.state === 'PAUSED' && <Resume program={program} />}
      {publish && program.state !== 'ARCHIVED' && <Archive program={program} />}
    </>
  );
}

const plain = { variant: 'default' } as const;

function Pause({ program }: { program: ProgramFields }): ReactElement {
  const pause = useChange(ProgramPause, ({ programPause }) => programPause);
  return (
    <ConfirmButton
      label="Pause"
      title={`Pause ${program.name}?`}
      button={plain}
      onConfirm={async () => {
        const done = tellRefusals(await pause.run({ input: { id: program.id } }));
        if (done) {
          tellDone('The program is paused.');
        }
        return done;
      }}
    >
      Until it is resumed nothing earns. Points stay and can be spent.
    </ConfirmButton>
  );
}

function Resume({ program }: { program: ProgramFields }): ReactElement {
  const resume = useChange(ProgramResume, ({ programResume }) => programResume);
  const run = async (): Promise<void> => {
    if (tellRefusals(await resume.run({ input: { id: program.id } }))) {
      tellDone('The program counts again.');
    }
  };
  return (
    <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} loading={resume.pending} onClick={() => void run()}>
      Resume
    </Button>
  );
}

function Archive({ program }: { program: ProgramFields }): ReactElement {
  const archive = useChange(ProgramArchive, ({ programArchive }) => programArchive);
  return (
    <ConfirmButton
      label="Archive"
      title={`Archive ${program.name}?`}
      color="red"
      button={plain}
      onConfirm={async () => {
        const done = tellRefusals(await archive.run({ input: { id: program.id } }));
        if (done) {
          tellDone('The program is archived.');
        }
        return done;
      }}
    >
      The program ends, and cannot be brought back. Points stay and can be spent.
    </ConfirmButton>
  );
}

function Copy({ program }: { program: ProgramFields }): ReactElement {
  const { tenant } = useViewer();
  const copy = useChange(ProgramCopy, ({ programCopy }) => programCopy);
  const there = tenant.isSandbox ? 'the live shop' : 'the sandbox';
  return (
    <ConfirmButton
      label={`Copy to ${there}`}
      title={`Copy the rules to ${there}?`}
      confirm="Copy"
      button={plain}
      onConfirm={async () => {
        const payload = await copy.run({ input: { id: program.id } });
        const done = tellFindings(payload) && tellRefusals(payload);
        if (done && payload?.copy) {
          tellDone(`Draft ${payload.copy.versionNumber} of “${payload.copy.slug}” is in ${payload.copy.tenant.name}.`);
        }
        return done;
      }}
    >
      They become the draft of the program “{program.slug}” there. Nothing counts until that draft is published.
    </ConfirmButton>
  );
}
