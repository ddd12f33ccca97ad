import { Alert, Grid, Stack, Text } from '@mantine/core';
import { IconDoorExit, IconSnowflake } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { asking } from '../graphql/queries.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Panel } from '../parts/panel.js';
import { NotFound } from '../shell/problems.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { Converting } from './converting.js';
import { EndParticipation } from './end-participation.js';
import { ExchangesPanel } from './exchanges.js';
import { type JoinedCoalition, ParticipationDetails, type ParticipationFields } from './participation-query.js';
import { ParticipationState, titleOf } from './participation-state.js';
import { RuleSentences } from './rule-sentences.js';
import { ShopSettlements } from './shop-settlements.js';
import { ShopBlocks, ShopPosition, ShopTermsPanel } from './shop-side.js';

const route = getRouteApi('/signed-in/coalitions/$participationId');

/** How often to look what is owed by now. */
const LOOK_AGAIN_MS = 15_000;

/** The shop's part in a coalition of another's. */
export function CoalitionPage(): ReactElement {
  const { participationId } = route.useParams();
  const query = useQuery({ ...asking(ParticipationDetails, { id: participationId }), refetchInterval: LOOK_AGAIN_MS });
  const participation = query.data?.participation;
  if (participation === null) {
    return <NotFound />;
  }
  if (participation === undefined) {
    return (
      <Page title="Coalition">
        <Loaded query={query} lines={8}>
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return participation.coalition === null ? (
    <Over participation={participation} />
  ) : (
    <Under participation={participation} coalition={participation.coalition} />
  );
}

/** One that goes on. */
function Under({ participation, coalition }: { participation: ParticipationFields; coalition: JoinedCoalition }): ReactElement {
  const { dayOf } = useFormats();
  const { may } = useViewer();
  const { operator, joinedAt, joinedBy } = participation;
  return (
    <Page
      title={titleOf(participation)}
      badge={<ParticipationState participation={participation} />}
      about={`Run by ${operator}. You are “${coalition.partner}” in it, linked since ${dayOf(joinedAt)}${joinedBy.name === null ? '' : ` by ${joinedBy.name}`}`}
      actions={may('JOIN_COALITIONS') && <EndParticipation participation={participation} coalition={coalition} />}
    >
      <Stopped coalition={coalition} operator={operator} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="lg">
            <ShopPosition coalition={coalition} operator={operator} />
            <Converting participation={participation} coalition={coalition} />
            <ShopTermsPanel coalition={coalition} operator={operator} />
            {(coalition.terms?.prepaid === true || coalition.blocks.length > 0) && <ShopBlocks coalition={coalition} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <Rules coalition={coalition} />
            <ShopSettlements participationId={participation.id} points={coalition.points} />
            <ExchangesPanel participation={participation} shared={coalition.points} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

/** Why the shop issues and takes nothing, if that is so. */
function Stopped({ coalition: { state, reason, points }, operator }: { coalition: JoinedCoalition; operator: string }): ReactElement | null {
  if (state === 'ACTIVE') {
    return null;
  }
  const frozen = state === 'FROZEN';
  return (
    <Alert color={frozen ? 'orange' : 'gray'} icon={frozen ? <IconSnowflake /> : <IconDoorExit />} title={frozen ? `Frozen by ${operator}` : `Let go by ${operator}`}>
      {reason !== null && <Text size="sm">Because: {reason}</Text>}
      <Text size="sm">
        {frozen
          ? `You issue and take no ${points.namePlural} until you are unfrozen. Refunds go on, and so do settlements.`
          : `You issue and take no ${points.namePlural} any more. What is open is settled as before.`}
      </Text>
    </Alert>
  );
}

function Rules({ coalition: { rules } }: { coalition: JoinedCoalition }): ReactElement {
  return (
    <Panel title="Rules" about="As far as they are about you.">
      <RuleSentences rules={rules} />
    </Panel>
  );
}

/** One that is over: what the shop's own books keep of it. */
function Over({ participation }: { participation: ParticipationFields }): ReactElement {
  const { dayOf } = useFormats();
  const { operator, joinedAt, endedAt } = participation;
  return (
    <Page
      title={titleOf(participation)}
      badge={<ParticipationState participation={participation} />}
      about={`You took part from ${dayOf(joinedAt)} to ${endedAt === null ? 'now' : dayOf(endedAt)}`}
    >
      <Alert color="gray" icon={<IconDoorExit />} title="You are not linked any more">
        Terms, settlements and statements are {operator}’s, who has them still: ask there if something is open. What your members
        converted stands in your own books, and here. To take part again you need a new code.
      </Alert>
      <ExchangesPanel participation={participation} shared={null} />
    </Page>
  );
}
