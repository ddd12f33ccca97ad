import { Grid, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { asking } from '../graphql/queries.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { NotFound } from '../shell/problems.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { AdjustPoints } from './adjust-points.js';
import { Balances } from './balances.js';
import { Club } from './club.js';
import { EraseMember } from './erase-member.js';
import { ExportMember } from './export-member.js';
import { GivePoints } from './give-points.js';
import { MemberLink } from './member-link.js';
import { type MemberFields, MemberProfile } from './member-query.js';
import { MemberStateBadge, memberTitle } from './member-words.js';
import { MergeMember } from './merge-member.js';
import { Plays } from './plays.js';
import { Profile } from './profile.js';
import { StoredValue } from './stored-value.js';
import { Tiers } from './tiers.js';
import { Timeline } from './timeline.js';

const route = getRouteApi('/signed-in/members/$memberId');

/** One member: profile, points, and what happened. */
export function MemberPage(): ReactElement {
  const { memberId } = route.useParams();
  const query = useQuery(asking(MemberProfile, { id: memberId }));
  if (query.data === undefined) {
    return (
      <Page title="Member">
        <Loaded query={query} lines={8}>
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return query.data.member === null ? <NotFound /> : <Found key={memberId} member={query.data.member} />;
}

function Found({ member }: { member: MemberFields }): ReactElement {
  const { dayOf } = useFormats();
  const { may } = useViewer();
  const here = member.state !== 'ERASED' && member.state !== 'MERGED';
  return (
    <Page
      title={memberTitle(member)}
      badge={<MemberStateBadge state={member.state} />}
      about={
        member.mergedInto === null ? (
          `Member since ${dayOf(member.joinedAt)}`
        ) : (
          <>
            Merged: they are <MemberLink id={member.mergedInto} inherit /> now.
          </>
        )
      }
      actions={
        here && (
          <Group gap="xs">
            {may('ADJUST_POINTS') && <AdjustPoints memberId={member.id} balances={member.balances} />}
            {may('ADJUST_POINTS') && <GivePoints memberId={member.id} balances={member.balances} />}
            {may('MERGE_MEMBERS') && <MergeMember member={member} />}
            {may('EXPORT_MEMBERS') && <ExportMember memberId={member.id} />}
            {may('ERASE_MEMBERS') && <EraseMember member={member} />}
          </Group>
        )
      }
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="lg">
            <Balances memberId={member.id} now={member.balances} />
            {member.state !== 'MERGED' && <Tiers memberId={member.id} />}
            {member.state !== 'MERGED' && <Club memberId={member.id} />}
            <Profile member={member} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            {may('READ_PAYMENTS') && <StoredValue memberId={member.id} />}
            {may('READ_GAMES') && <Plays memberId={member.id} />}
            <Timeline memberId={member.id} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
