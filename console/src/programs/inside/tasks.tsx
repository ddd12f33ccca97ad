import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import type { Formats } from '../../format/formats.js';
import { type ResultOf, graphql } from '../../graphql/graphql.js';
import { asking } from '../../graphql/queries.js';
import { Line } from '../../parts/line.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { useFormats } from '../../shell/viewer.js';
import { TaskRoster } from './rosters.js';

export const ProgramTasks = graphql(`
  query ProgramTasks($programId: ID!) {
    program(id: $programId) {
      tasks {
        task
        name
        begins
        active
        done
        expired
        withdrawn
        times
        slots
        slotsTaken
      }
    }
  }
`);

export type ProgramTask = NonNullable<ResultOf<typeof ProgramTasks>['program']>['tasks'][number];

/** The tasks of a program: how each begins, how many places are taken, and who is on it. */
export function TasksInside({ programId }: { programId: string }): ReactElement {
  const query = useQuery(asking(ProgramTasks, { programId }));
  const formats = useFormats();
  return (
    <Panel title="Tasks" about="How they are doing, and who is on them.">
      <Loaded query={query} lines={4}>
        {({ program }) => (
          <Stack gap="md">
            {program?.tasks.map((task) => (
              <div key={task.task}>
                <Line about={beginning(task, formats)} right={<TaskRoster programId={programId} task={task} />}>
                  {task.name}
                </Line>
                <Text size="xs" c="dimmed">
                  {doing(task, formats)}
                </Text>
              </div>
            ))}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function beginning({ begins, slots, slotsTaken }: ProgramTask, formats: Formats): string {
  switch (begins) {
    case 'AUTOMATIC':
      return 'Begins by itself';
    case 'TRIGGERED':
      return 'Begins with what a member does, or is';
    case 'ASSIGNED':
      return 'Given by staff';
    case 'CLAIMED':
      return slots === null
        ? 'Claimed by members'
        : `Claimed by members: ${formats.count(slotsTaken)} of ${formats.count(slots)} places taken`;
  }
}

function doing({ active, done, times, expired, withdrawn }: ProgramTask, formats: Formats): string {
  const more = times > done ? `, ${formats.count(times)} times in all` : '';
  return [
    `${formats.count(active)} under way`,
    `${formats.count(done)} done${more}`,
    ...(expired > 0 ? [`${formats.count(expired)} not done in time`] : []),
    ...(withdrawn > 0 ? [`${formats.count(withdrawn)} taken back`] : []),
  ].join(' · ');
}
