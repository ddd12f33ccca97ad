import { Alert, Button, FileButton, Group, List, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { IconAlertCircle, IconCheck } from '@tabler/icons-react';
import { type ReactElement, useMemo, useState } from 'react';

import { endOfDay } from '../format/instants.js';
import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { type CodeList, batchesOf, readCodes } from './codes.js';

const VouchersImport = graphql(`
  mutation VouchersImport($input: VouchersImportInput!) {
    vouchersImport(input: $input) {
      imported
      known
      ${userErrors}
    }
  }
`);

const PROBLEMS_SHOWN = 20;

/** Codes from a file or typed in: they are read and checked here first, line by line, and sent once that is fine. */
export function UploadCodes({ rewardId, onClose }: { rewardId: string; onClose: () => void }): ReactElement {
  const { tenant } = useViewer();
  const [text, setText] = useState('');
  const [lastDay, setLastDay] = useState('');
  const list = useMemo(() => readCodes(text), [text]);
  const { send, pending } = useUpload(rewardId, onClose);
  const read = async (file: File | null): Promise<void> => {
    if (file !== null) {
      setText(await file.text());
    }
  };
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" flex="1 1 240px">
          One code a line, or a CSV file with the codes in its first column.
        </Text>
        <FileButton accept=".csv,.txt,text/csv,text/plain" onChange={(file) => void read(file)}>
          {(props) => (
            <Button variant="default" size="xs" {...props}>
              Choose a file
            </Button>
          )}
        </FileButton>
      </Group>
      <Textarea
        label="Codes"
        autosize
        minRows={6}
        maxRows={14}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <DryRun list={list} />
      <TextInput
        type="date"
        label="Last day"
        description="On which they can be used; empty: they stay"
        value={lastDay}
        onChange={({ currentTarget }) => setLastDay(currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={list.codes.length === 0}
          loading={pending}
          onClick={() => void send(list.codes, lastDay === '' ? null : endOfDay(lastDay, tenant.zone))}
        >
          {list.problems.length > 0 ? 'Upload the others' : 'Upload'}
        </Button>
      </Group>
    </Stack>
  );
}

function DryRun({ list: { codes, problems } }: { list: CodeList }): ReactElement | null {
  const { count } = useFormats();
  if (codes.length === 0 && problems.length === 0) {
    return null;
  }
  return (
    <Stack component="output" gap="xs">
      <Alert color="teal" icon={<IconCheck />}>
        {count(codes.length)} {codes.length === 1 ? 'code' : 'codes'} to upload.
      </Alert>
      {problems.length > 0 && (
        <Alert color="red" icon={<IconAlertCircle />} title={`${count(problems.length)} lines are left out`}>
          <List size="sm">
            {problems.slice(0, PROBLEMS_SHOWN).map(({ line, message }) => (
              <List.Item key={line}>
                Line {line}: {message}
              </List.Item>
            ))}
          </List>
          {problems.length > PROBLEMS_SHOWN && <Text size="sm">and {count(problems.length - PROBLEMS_SHOWN)} more</Text>}
        </Alert>
      )}
    </Stack>
  );
}

function useUpload(rewardId: string, onDone: () => void) {
  const { count } = useFormats();
  const importing = useChange(VouchersImport, ({ vouchersImport }) => vouchersImport);
  const [pending, setPending] = useState(false);
  const send = async (codes: readonly string[], expiresAt: string | null): Promise<void> => {
    let imported = 0;
    let known = 0;
    setPending(true);
    // One after the other: a code that is sent again is known, so a broken upload can be repeated.
    for (const batch of batchesOf(codes)) {
      // oxlint-disable-next-line no-await-in-loop -- in order, and the first refusal ends it
      const payload = await importing.run({ input: { rewardId, codes: batch, expiresAt } });
      if (!tellRefusals(payload) || payload === null) {
        setPending(false);
        return;
      }
      imported += payload.imported;
      known += payload.known.length;
    }
    setPending(false);
    tellDone(`${count(imported)} codes were added${known > 0 ? `, ${count(known)} were there before` : ''}.`);
    onDone();
  };
  return { send, pending };
}
