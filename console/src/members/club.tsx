import { Badge, Code, Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';

import { asking } from '../graphql/queries.js';
import { Failure } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { words } from '../parts/words.js';
import { useFormats } from '../shell/viewer.js';
import { type Club as ClubFields, type Donation, MemberClub } from './club-query.js';
import { type NamedUnit, needWords } from './tier-words.js';

/** Memberships, perks, tasks and badges, donations and referral codes of a member; nothing of what they do not have. */
export function Club({ memberId }: { memberId: string }): ReactElement | null {
  const { data, error, refetch } = useQuery(asking(MemberClub, { id: memberId }));
  if (data === undefined) {
    return error === null ? null : <Failure error={error} onRetry={() => void refetch()} />;
  }
  const { member, donations, units } = data;
  if (member === null) {
    return null;
  }
  const { memberships, entitlements, tasks, badges, referralCodes } = member;
  return (
    <>
      {memberships.length > 0 && <Memberships memberships={memberships} />}
      {entitlements.length > 0 && <Perks perks={entitlements} />}
      {tasks.length + badges.length > 0 && <Tasks tasks={tasks} badges={badges} units={units} />}
      {donations.nodes.length > 0 && <Donations donations={donations.nodes} />}
      {referralCodes.length > 0 && (
        <Panel title="Referral codes">
          <Group gap="xs">
            {referralCodes.map(({ code }) => (
              <Code key={code}>{code}</Code>
            ))}
          </Group>
        </Panel>
      )}
    </>
  );
}

const colors: Record<ClubFields['memberships'][number]['state'], string> = {
  TRIAL: 'blue',
  ACTIVE: 'teal',
  PAST_DUE: 'red',
  CANCELLING: 'yellow',
  ENDED: 'gray',
};

function Memberships({ memberships }: { memberships: ClubFields['memberships'] }): ReactElement {
  const formats = useFormats();
  return (
    <Panel title="Memberships">
      <Stack gap="sm">
        {memberships.map(({ id, name, state, paid, currency, startsAt, endsAt }) => (
          <Line
            key={id}
            about={[
              `since ${formats.dayOf(startsAt)}`,
              ...(endsAt === null ? [] : [`until ${formats.lastDay(endsAt)}`]),
              ...(paid === 0 ? [] : [`${formats.money({ amount: paid, currency })} paid`]),
            ].join(', ')}
            right={
              <Badge variant="light" color={colors[state]} miw="max-content" autoContrast>
                {words(state)}
              </Badge>
            }
          >
            {name}
          </Line>
        ))}
      </Stack>
    </Panel>
  );
}

function Perks({ perks }: { perks: ClubFields['entitlements'] }): ReactElement {
  return (
    <Panel title="Perks">
      <Stack gap="sm">
        {perks.map(({ programId, perk, name, perkSetName, limit, left }) => (
          <Line
            key={`${programId} ${perk}`}
            about={perkSetName}
            right={<Text size="sm">{limit === null ? 'any time' : `${left ?? 0} of ${limit} left`}</Text>}
          >
            {name}
          </Line>
        ))}
      </Stack>
    </Panel>
  );
}

function Tasks({
  tasks,
  badges,
  units,
}: {
  tasks: ClubFields['tasks'];
  badges: ClubFields['badges'];
  units: readonly NamedUnit[];
}): ReactElement {
  const formats = useFormats();
  return (
    <Panel title="Tasks">
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
        {tasks.map(({ programId, task, name, state, endsAt, times, steps }) => (
          <div key={`${programId} ${task}`}>
            <Line
              about={[
                ...(times > 0 ? [`done ${formats.count(times)} ${times === 1 ? 'time' : 'times'}`] : []),
                ...(endsAt === null ? [] : [`until ${formats.lastDay(endsAt)}`]),
              ].join(', ')}
              right={
                <Text size="sm" c="dimmed">
                  {words(state)}
                </Text>
              }
            >
              {name}
            </Line>
            {state === 'ACTIVE' &&
              steps.map(({ behaviour, target, has }) => {
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
          </div>
        ))}
      </Stack>
    </Panel>
  );
}

function Donations({ donations }: { donations: readonly Donation[] }): ReactElement {
  const formats = useFormats();
  return (
    <Panel title="Donations" about="The latest">
      <Stack gap="sm">
        {donations.map(({ id, causeName, points, unit, value, state, donatedAt }) => (
          <Line
            key={id}
            about={`${formats.dayOf(donatedAt)}, worth ${formats.money(value)}${state === 'MADE' ? '' : ', called off'}`}
            right={<Text size="sm">{formats.named(points, unit)}</Text>}
          >
            {causeName}
          </Line>
        ))}
      </Stack>
    </Panel>
  );
}

function Line({ about, right, children }: { about: string; right: ReactNode; children: ReactNode }): ReactElement {
  return (
    <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
      <div>
        <Text size="sm" fw={500}>
          {children}
        </Text>
        {about !== '' && (
          <Text size="xs" c="dimmed">
            {about}
          </Text>
        )}
      </div>
      {right}
    </Group>
  );
}
