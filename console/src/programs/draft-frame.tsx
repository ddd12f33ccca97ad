import { Alert, Button, Grid, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import type { InputOf } from '../graphql/graphql.js';
import { Panel } from '../parts/panel.js';
import classes from './editor/editor.module.css';
import type { Finding } from './findings.js';
import { ProgramSaveDraft } from './program-mutations.js';

/** One thing to mend: where, and what. */
export interface Problem {
  readonly where: string;
  readonly message: string;
}

/** What surrounds an editor of rules: what is wrong with them, what they mean, and the button that saves them. */
export function DraftFrame({
  problems,
  summary,
  dirty,
  save,
  onSave,
  note: savedNote,
  children,
}: {
  problems: readonly Problem[];
  summary: readonly string[];
  dirty: boolean;
  save: DraftSaving;
  onSave: (note: string) => Promise<void>;
  note: string;
  children: ReactNode;
}): ReactElement {
  const [note, setNote] = useState(savedNote);
  const { proceed, reset, status } = useBlocker({ shouldBlockFn: () => dirty && !save.done, withResolver: true });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void onSave(note);
      }}
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="lg">{children}</Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="lg" className={classes['side'] ?? ''}>
            <Problems problems={problems} />
            <Panel title="In words" about="As these rules would count">
              <Summary sentences={summary} />
            </Panel>
            <Panel title="Save">
              <Stack>
                <TextInput
                  label="Note"
                  description="What changed, for the history"
                  maxLength={500}
                  value={note}
                  onChange={({ currentTarget }) => setNote(currentTarget.value)}
                />
                <Button type="submit" loading={save.pending}>
                  Save draft
                </Button>
                <Text size="xs" c="dimmed">
                  A draft counts for nobody until it is published.
                </Text>
              </Stack>
            </Panel>
          </Stack>
        </Grid.Col>
      </Grid>
      {status === 'blocked' && <Leaving onStay={reset} onLeave={proceed} />}
    </form>
  );
}

/** A draft on its way to the server. */
export interface DraftSaving {
  /** Saves, and goes back to the program; answers what is wrong with the rules, if that is why it could not. */
  readonly run: (rules: InputOf<'ProgramRulesInput'>, note: string) => Promise<readonly Finding[]>;
  readonly done: boolean;
  readonly pending: boolean;
}

/** Saves drafts of a program. */
export function useDraftSaving(programId: string): DraftSaving {
  const navigate = useNavigate();
  const saveDraft = useChange(ProgramSaveDraft, ({ programSaveDraft }) => programSaveDraft);
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (done) {
      void navigate({ to: '/programs/$programId', params: { programId } });
    }
  }, [done, navigate, programId]);
  const run: DraftSaving['run'] = async (rules, note) => {
    const payload = await saveDraft.run({ input: { id: programId, rules, note } });
    if (payload === null || payload.findings.length > 0) {
      return payload?.findings ?? [];
    }
    if (tellRefusals(payload)) {
      tellDone('The draft was saved.');
      setDone(true);
    }
    return [];
  };
  return { run, done, pending: saveDraft.pending };
}

function Problems({ problems }: { problems: readonly Problem[] }): ReactElement | null {
  if (problems.length === 0) {
    return null;
  }
  return (
    <Alert color="red" icon={<IconAlertCircle />} title={`${problems.length} to mend`} role="alert">
      <ul className={classes['words']}>
        {problems.map(({ where, message }) => (
          <li key={`${where} ${message}`}>
            {where === '' ? '' : `${where}: `}
            {message}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

function Summary({ sentences }: { sentences: readonly string[] }): ReactElement {
  return sentences.length === 0 ? (
    <Text size="sm" c="dimmed">
      Nothing yet.
    </Text>
  ) : (
    <ul className={classes['words']}>
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

function Leaving({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }): ReactElement {
  return (
    <Modal opened onClose={onStay} title="Leave without saving?" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Text size="sm">What you changed in these rules would be lost.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onStay}>
            Stay
          </Button>
          <Button color="red" onClick={onLeave}>
            Leave
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
