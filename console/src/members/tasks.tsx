import { Badge, Group, Progress, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';

import { Line } from '../parts/line.js';
import { Panel } from '../parts/panel.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import type { Club } from './club-query.js';
import { GiveTask } from './give-task.js';
import { type NamedUnit, needWords } from './tier-words.js';
import { WithdrawTask } from './withdraw-task.js';

/** The tasks and badges of a member; tasks are given, and those that were claimed or given are taken back. */
export function Tasks({
  memberId,
  tasks,
  badges,
  units,
}: {
  memberId: string;
  tasks: Club['tasks'];
  badges: Club['badges'];
  units: readonly NamedUnit[];
}): ReactElement {
  const formats = useFormats();
  const { may } = useViewer();
  const giving = may('ADJUST_POINTS');
  return (
    <Panel title="Tasks" actions={giving && <GiveTask memberId={memberId} />}>
      <Stack gap="md">
        {badges.length > 0 && (
          <Group gap={6}>
            {badges.map(({ programId, badge, name, times }) => (
              <Badge key={`${programId} ${badge}`} variant="light" color="grape" tt="none" autoContrast>
                {name}
                {times > 1 && ` × ${formats.count(times)}`}
              </Badge>
            ))}
          </Group>
        )}
        {tasks.length === 0 && (
          <Text size="sm" c="dimmed">
            None now.
          </Text>
        )}
        {tasks.map((task) => (
          <div key={`${task.programId} ${task.task}`}>
            <Line
              about={[
                ...(task.times > 0 ? [`done ${formats.count(task.times)} ${task.times === 1 ? 'time' : 'times'}`] : []),
                ...(task.endsAt === null ? [] : [`until ${formats.lastDay(task.endsAt)}`]),
              ].join(', ')}
              right={
                <Group gap="xs" wrap="nowrap">
                  <Text size="sm" c="dimmed">
                    {words(task.state)}
                  </Text>
                  {giving && isTakenBack(task) && <WithdrawTask memberId={memberId} task={task} />}
                </Group>
              }
            >
              {task.name}
            </Line>
            {task.state === 'ACTIVE' && <Steps steps={task.steps} units={units} />}
          </div>
        ))}
      </Stack>
    </Panel>
  );
}

function isTakenBack({ state, began }: Club['tasks'][number]): boolean {
  return state === 'ACTIVE' && (began === 'ASSIGNED' || began === 'CLAIMED');
}

function Steps({ steps, units }: { steps: Club['tasks'][number]['steps']; units: readonly NamedUnit[] }): ReactElement {
  const formats = useFormats();
  return (
    <>
      {steps.map(({ behaviour, target, has }) => {
        const need = { metric: behaviour, atLeast: target, has: Math.min(has, target), missing: 0 };
        const text = needWords(need, units, formats);
        return (
          <div key={behaviour}>
            <Text size="sm" c="dimmed">
              {text}
            </Text>
            <Progress value={Math.min(100, (has / target) * 100)} aria-label={text} size="sm" />
          </div>
        );
      })}
    </>
  );
}
