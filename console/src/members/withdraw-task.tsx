import { Stack, Text, Textarea } from '@mantine/core';
import { type ReactElement, useState } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { wasRefused } from '../graphql/user-errors.js';
import { Confirmation, type Dialog, DialogButton } from '../parts/dialog.js';
import type { Club } from './club-query.js';
import { TaskWithdraw } from './task-query.js';

type Task = Club['tasks'][number];

/** Takes a task back that was claimed or assigned, and is not done. */
export function WithdrawTask({ memberId, task }: { memberId: string; task: Task }): ReactElement {
  return (
    <DialogButton
      label="Withdraw"
      name={`Withdraw ${task.name}`}
      title={`Withdraw “${task.name}”?`}
      button={{ variant: 'default', size: 'compact-xs' }}
    >
      {(dialog) => <Question memberId={memberId} task={task} dialog={dialog} />}
    </DialogButton>
  );
}

function Question({
  memberId,
  task: { programId, task },
  dialog: { close, idempotencyKey, renewKey },
}: {
  memberId: string;
  task: Task;
  dialog: Dialog;
}): ReactElement {
  const [reason, setReason] = useState('');
  const withdraw = useChange(TaskWithdraw, ({ taskWithdraw }) => taskWithdraw);
  const confirm = async (): Promise<void> => {
    const payload = await withdraw.run({
      input: { idempotencyKey, member: { id: memberId }, programId, task, reason: reason.trim() },
    });
    if (tellRefusals(payload)) {
      tellDone('The task was taken back.');
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <Confirmation confirm="Withdraw" color="red" disabled={reason.trim() === ''} onCancel={close} onConfirm={confirm}>
      <Stack>
        <Text size="sm">What it brought already stays.</Text>
        <Textarea
          label="Reason"
          description="It stays in the audit log"
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
      </Stack>
    </Confirmation>
  );
}
