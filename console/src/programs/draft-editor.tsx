import { Alert, Button, Grid, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertCircle } from '@tabler/icons-react';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useEffect, useMemo, useState } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { Panel } from '../parts/panel.js';
import { Caps } from './editor/caps.js';
import { Counting, Waiting } from './editor/counting.js';
import { Earning } from './editor/earning.js';
import classes from './editor/editor.module.css';
import { Expiry } from './editor/expiry.js';
import { Payment } from './editor/payment.js';
import { placeFindings } from './findings.js';
import type { ProgramToEdit } from './program-query.js';
import type { RulesValues } from './rules-values.js';
import { toRules } from './to-rules.js';
import { useRulesCheck } from './use-rules-check.js';

export const ProgramSaveDraft = graphql(`
  mutation ProgramSaveDraft($input: ProgramSaveDraftInput!) {
    programSaveDraft(input: $input) {
      program {
        id
      }
      findings {
        path
        message
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

/** The editor of a points program's rules. The server checks them while they are typed, and puts them into words. */
export function DraftEditor({
  program,
  initialValues,
  note: savedNote,
}: {
  program: ProgramToEdit;
  initialValues: RulesValues;
  note: string;
}): ReactElement {
  const { scale } = program.unit;
  const form = useForm<RulesValues>({ initialValues });
  const [note, setNote] = useState(savedNote);
  const [values] = useDebouncedValue(form.values, 400);
  const read = useMemo(() => toRules(values, scale), [values, scale]);
  const check = useRulesCheck(program.id, read.rules);
  const problems = read.problems ?? check.problems;
  const { setErrors } = form;
  useEffect(() => setErrors(problems), [setErrors, problems]);
  const save = useSave(program.id);
  const { proceed, reset, status } = useBlocker({
    shouldBlockFn: () => form.isDirty() && !save.done,
    withResolver: true,
  });
  const send = async (): Promise<void> => {
    const now = toRules(form.getValues(), scale);
    if (now.rules === null) {
      form.setErrors(now.problems);
    } else {
      form.setErrors(await save.run(now.rules, note));
    }
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="lg">
            <Earning form={form} scale={scale} />
            <Expiry form={form} />
            <Counting form={form} />
            <Waiting form={form} />
            <Payment form={form} scale={scale} />
            <Panel title="Limits for the program as a whole">
              <Caps form={form} path="caps" caps={form.values.caps} scale={scale} />
            </Panel>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="lg" className={classes['side'] ?? ''}>
            <Problems problems={problems} />
            <Panel title="In words" about="As these rules would count">
              <Summary sentences={check.summary} />
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

function useSave(programId: string) {
  const navigate = useNavigate();
  const saveDraft = useChange(ProgramSaveDraft, ({ programSaveDraft }) => programSaveDraft);
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (done) {
      void navigate({ to: '/programs/$programId', params: { programId } });
    }
  }, [done, navigate, programId]);
  const run = async (
    rules: NonNullable<ReturnType<typeof toRules>['rules']>,
    note: string,
  ): Promise<Record<string, string>> => {
    const payload = await saveDraft.run({ input: { id: programId, rules: { points: rules }, note } });
    if (payload === null || payload.findings.length > 0) {
      return placeFindings(payload?.findings ?? []);
    }
    if (tellRefusals(payload)) {
      tellDone('The draft was saved.');
      setDone(true);
    }
    return {};
  };
  return { run, done, pending: saveDraft.pending };
}

function Problems({ problems }: { problems: Readonly<Record<string, string>> }): ReactElement | null {
  const entries = Object.entries(problems);
  if (entries.length === 0) {
    return null;
  }
  return (
    <Alert color="red" icon={<IconAlertCircle />} title={`${entries.length} to mend`} role="alert">
      <ul className={classes['words']}>
        {entries.map(([path, message]) => (
          <li key={path}>
            {where(path)}: {message}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** A field's path for a person: `rules.0.earn.perAmount.per` is "rule 1, per". */
function where(path: string): string {
  const [head, index] = path.split('.');
  const last = path.split('.').findLast((step) => !/^\d+$/.test(step)) ?? path;
  const field = last.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return head === 'rules' && index !== undefined && last !== 'rules' ? `Rule ${Number(index) + 1}, ${field}` : field;
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
