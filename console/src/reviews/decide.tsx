import { Stack, Text, Textarea } from '@mantine/core';
import { type ReactElement, type ReactNode, useState } from 'react';

import { tellDone, tellRefusals } from '../graphql/change.js';
import { type UserError, wasRefused } from '../graphql/user-errors.js';
import { Confirmation, type Dialog, DialogButton } from '../parts/dialog.js';

/** What is decided on something, and how it is told. */
export interface Decision {
  readonly label: string;
  /** The button's name, with what it is about. */
  readonly name: string;
  readonly title: string;
  readonly about: ReactNode;
  readonly done: string;
  readonly color?: string;
  readonly send: (idempotencyKey: string, note: string) => Promise<{ readonly userErrors: readonly UserError[] } | null>;
}

/** A button that decides, once it is said why. */
export function Decide({ decision }: { decision: Decision }): ReactElement {
  const { label, name, title, color } = decision;
  return (
    <DialogButton
      label={label}
      name={name}
      title={title}
      button={color === undefined ? { size: 'compact-sm' } : { size: 'compact-sm', variant: 'default' }}
    >
      {(dialog) => <Question decision={decision} dialog={dialog} />}
    </DialogButton>
  );
}

function Question({
  decision: { label, about, done, color, send },
  dialog: { close, idempotencyKey, renewKey },
}: {
  decision: Decision;
  dialog: Dialog;
}): ReactElement {
  const [note, setNote] = useState('');
  const confirm = async (): Promise<void> => {
    const payload = await send(idempotencyKey, note.trim());
    if (tellRefusals(payload)) {
      tellDone(done);
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <Confirmation
      confirm={label}
      {...(color === undefined ? {} : { color })}
      disabled={note.trim() === ''}
      onCancel={close}
      onConfirm={confirm}
    >
      <Stack>
        <Text size="sm">{about}</Text>
        <Textarea
          label="Reason"
          description="It is kept with the decision"
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
          value={note}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
        />
      </Stack>
    </Confirmation>
  );
}
