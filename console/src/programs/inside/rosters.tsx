import { SegmentedControl, Stack, Text } from '@mantine/core';
import { type ReactElement, type ReactNode, useState } from 'react';

import type { TadaDocumentNode } from '../../graphql/graphql.js';
import { type Connection, usePages } from '../../graphql/queries.js';
import { MemberLink } from '../../members/member-link.js';
import { reasonWords } from '../../members/tier-words.js';
import { DialogButton } from '../../parts/dialog.js';
import { Loaded } from '../../parts/loaded.js';
import { More } from '../../parts/more.js';
import { type Column, PlainRows } from '../../parts/table.js';
import { words } from '../../parts/words.js';
import { useFormats } from '../../shell/viewer.js';
import { PlanMembers, TaskMembers, TierMembers } from './roster-query.js';
import type { ProgramTask } from './tasks.js';

/** Who is in a tier. */
export function TierRoster({
  programId,
  tier: { tier, name, members },
}: {
  programId: string;
  tier: { readonly tier: string; readonly name: string; readonly members: number };
}): ReactElement {
  const { dayOf, lastDay } = useFormats();
  return (
    <Roster title={name} members={members}>
      <Pages
        document={TierMembers}
        variables={{ programId, tier, after: null }}
        pick={(result) => result.tierMembers}
        columns={[
          { title: 'Since', cell: ({ since }) => since !== null && dayOf(since) },
          { title: 'Until', cell: ({ until }) => until !== null && lastDay(until) },
          { title: 'Why', cell: ({ reason }) => reason !== null && reasonWords[reason] },
        ]}
      />
    </Roster>
  );
}

/** Who has a plan. */
export function PlanRoster({
  programId,
  plan: { plan, name },
  members,
}: {
  programId: string;
  plan: { readonly plan: string; readonly name: string };
  members: number;
}): ReactElement {
  const { dayOf, lastDay } = useFormats();
  return (
    <Roster title={name} members={members}>
      <Pages
        document={PlanMembers}
        variables={{ programId, plan, after: null }}
        pick={(result) => result.memberships}
        columns={[
          { title: 'State', cell: ({ state }) => words(state) },
          { title: 'This term since', cell: ({ startsAt }) => dayOf(startsAt) },
          {
            title: 'Until',
            cell: ({ endsAt, renews }) => (endsAt === null ? 'for life' : `${lastDay(endsAt)}${renews ? ', then renewed' : ''}`),
          },
        ]}
      />
    </Roster>
  );
}

const states = [
  { value: 'ACTIVE', label: 'Under way' },
  { value: 'DONE', label: 'Done' },
  { value: 'EXPIRED', label: 'Not in time' },
  { value: 'WITHDRAWN', label: 'Taken back' },
] as const;

/** Who is on a task, or did it. */
export function TaskRoster({ programId, task }: { programId: string; task: ProgramTask }): ReactElement {
  const { active, done, expired, withdrawn } = task;
  return active + done + expired + withdrawn === 0 ? (
    <Nobody />
  ) : (
    <Who title={task.name} label="Who is on it">
      <TaskPages programId={programId} task={task} />
    </Who>
  );
}

function TaskPages({ programId, task: { task } }: { programId: string; task: ProgramTask }): ReactElement {
  const { dayOf, lastDay, count, instant } = useFormats();
  const [state, setState] = useState<(typeof states)[number]['value']>('ACTIVE');
  return (
    <Stack>
      <SegmentedControl aria-label="State" size="xs" fullWidth value={state} onChange={setState} data={[...states]} />
      <Pages
        document={TaskMembers}
        variables={{ programId, task, state, after: null }}
        pick={(result) => result.taskMembers}
        columns={[
          { title: 'Began', cell: ({ began, startsAt }) => `${startsAt === null ? '' : `${dayOf(startsAt)}, `}${words(began).toLowerCase()}` },
          { title: 'Until', cell: ({ endsAt }) => endsAt !== null && lastDay(endsAt) },
          {
            title: state === 'DONE' ? 'Done' : 'Done so far',
            cell: ({ doneAt, times }) => (doneAt === null ? 'not yet' : `${instant(doneAt)}${times > 1 ? `, ${count(times)} times` : ''}`),
          },
        ]}
      />
    </Stack>
  );
}

/** A number of members, which opens who they are. */
function Roster({ title, members, children }: { title: string; members: number; children: ReactNode }): ReactElement {
  const { count } = useFormats();
  const label = `${count(members)} ${members === 1 ? 'member' : 'members'}`;
  return members === 0 ? (
    <Nobody />
  ) : (
    <Who title={title} label={label}>
      {children}
    </Who>
  );
}

function Who({ title, label, children }: { title: string; label: string; children: ReactNode }): ReactElement {
  return (
    <DialogButton
      label={label}
      name={`${title}: ${label}`}
      title={title}
      size="xl"
      button={{ variant: 'default', size: 'compact-sm', miw: 'max-content' }}
    >
      {() => children}
    </DialogButton>
  );
}

function Nobody(): ReactElement {
  return (
    <Text size="sm" c="dimmed" miw="max-content">
      nobody
    </Text>
  );
}

const memberColumn: Column<{ readonly id: string; readonly memberId: string }> = {
  title: 'Member',
  cell: ({ memberId }) => <MemberLink id={memberId} />,
};

function Pages<R, V extends { after?: string | null }, N extends { readonly memberId: string }>({
  document,
  variables,
  pick,
  columns,
}: {
  document: TadaDocumentNode<R, V>;
  variables: V;
  pick: (result: R) => Connection<N>;
  columns: readonly Column<N & { readonly id: string }>[];
}): ReactElement {
  const { query, more } = usePages(document, variables, pick);
  return (
    <Loaded query={query} lines={4}>
      {(rows) =>
        rows.length === 0 ? (
          <Text size="sm" c="dimmed">
            Nobody.
          </Text>
        ) : (
          <div>
            <PlainRows
              label="Members"
              columns={[memberColumn, ...columns]}
              rows={rows.map((row, index) => ({ ...row, id: `${row.memberId} ${index}` }))}
            />
            <More more={more} />
          </div>
        )
      }
    </Loaded>
  );
}
