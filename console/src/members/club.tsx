import { Badge, Code, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { asking } from '../graphql/queries.js';
import { Line } from '../parts/line.js';
import { Failure } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { words } from '../parts/words.js';
import { useFormats } from '../shell/viewer.js';
import { type Club as ClubFields, type Donation, MemberClub } from './club-query.js';
import { Tasks } from './tasks.js';

/** Memberships, perks, tasks and badges, donations and referral codes of a member; nothing of what they do not have. */
export function Club({ memberId }: { memberId: string }): ReactElement | null {
  const { data, error, refetch } = useQuery(asking(MemberClub, { id: memberId }));
  if (data === undefined) {
    return error === null ? null : <Failure error={error} onRetry={() => void refetch()} />;
  }
  const { member, donations, units, programs } = data;
  if (member === null) {
    return null;
  }
  const { memberships, entitlements, tasks, badges, referralCodes } = member;
  return (
    <>
      {memberships.length > 0 && <Memberships memberships={memberships} />}
      {entitlements.length > 0 && <Perks perks={entitlements} />}
      {(tasks.length + badges.length > 0 || programs.nodes.some(({ kind }) => kind === 'TASKS')) && (
        <Tasks memberId={memberId} tasks={tasks} badges={badges} units={units} />
      )}
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
