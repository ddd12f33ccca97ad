import { Select, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { tellDone, useChange } from '../graphql/change.js';
import { asking } from '../graphql/queries.js';
import { wasRefused } from '../graphql/user-errors.js';
import { type Dialog, DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { Loaded } from '../parts/loaded.js';
import { type ProgramTasks, TaskAssign, TaskChoices, TaskClaim } from './task-query.js';

/** Gives a member a task that staff assign, or claims one for them that members claim. */
export function GiveTask({ memberId }: { memberId: string }): ReactElement {
  return (
    <DialogButton label="Give a task" button={{ variant: 'default', size: 'xs' }}>
      {(dialog) => <Choices memberId={memberId} dialog={dialog} />}
    </DialogButton>
  );
}

function Choices({ memberId, dialog }: { memberId: string; dialog: Dialog }): ReactElement {
  const query = useQuery(asking(TaskChoices, {}));
  return (
    <Loaded query={query} lines={3}>
      {({ programs: { nodes } }) => {
        const programs = nodes.filter(({ tasks }) => tasks.some(isGiven));
        return programs.length === 0 ? (
          <Text size="sm">No task is given by hand: all begin by themselves, or with what members do.</Text>
        ) : (
          <TaskForm memberId={memberId} programs={programs} dialog={dialog} />
        );
      }}
    </Loaded>
  );
}

type Task = ProgramTasks['tasks'][number];

function isGiven({ begins }: Task): boolean {
  return begins === 'ASSIGNED' || begins === 'CLAIMED';
}

function TaskForm({
  memberId,
  programs,
  dialog: { close, idempotencyKey, renewKey },
}: {
  memberId: string;
  programs: readonly ProgramTasks[];
  dialog: Dialog;
}): ReactElement {
  const choices = programs.flatMap((program) =>
    program.tasks.filter(isGiven).map((task) => ({ program, task, value: `${program.id} ${task.task}` })),
  );
  const form = useForm({
    initialValues: { task: choices.length === 1 ? (choices[0]?.value ?? '') : '' },
    validate: { task: (value) => (value === '' ? 'Choose a task.' : null) },
  });
  const assign = useChange(TaskAssign, ({ taskAssign }) => taskAssign);
  const claim = useChange(TaskClaim, ({ taskClaim }) => taskClaim);
  const chosen = choices.find(({ value }) => value === form.values.task);
  const send = async (): Promise<void> => {
    if (chosen === undefined) {
      return;
    }
    const input = { idempotencyKey, member: { id: memberId }, programId: chosen.program.id, task: chosen.task.task };
    const payload = await (chosen.task.begins === 'CLAIMED' ? claim : assign).run({ input });
    if (accepted(form, payload, { programId: 'task' })) {
      tellDone(`The task “${chosen.task.name}” has begun.`);
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <SendForm form={form} send="Give it" pending={assign.pending || claim.pending} onSend={send} onCancel={close}>
      <Select
        label="Task"
        placeholder="Choose"
        description={chosen === undefined ? 'It begins now' : about(chosen.task)}
        data={programs.map(({ id, name }) => ({
          group: name,
          items: choices.filter(({ program }) => program.id === id).map(({ task, value }) => ({ value, label: task.name })),
        }))}
        allowDeselect={false}
        {...form.getInputProps('task')}
      />
    </SendForm>
  );
}

function about({ begins, slots, slotsTaken }: Task): string {
  if (begins === 'ASSIGNED') {
    return 'It begins now; only staff give it';
  }
  return slots === null
    ? 'It begins now, as if the member had claimed it'
    : `It begins now, as if the member had claimed it: ${slotsTaken} of ${slots} places are taken`;
}
