import { Alert, Grid, Stack } from '@mantine/core';
import { IconSnowflake } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { asking } from '../graphql/queries.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { NotFound } from '../shell/problems.js';
import { SettlementsPanel } from '../settlements/settlement-rows.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { BlocksPanel } from './blocks.js';
import { DidPanel } from './did.js';
import { EntriesPanel } from './entries.js';
import { OwnShop } from './own-shop.js';
import { PartnerActions } from './partner-actions.js';
import { PartnerDetails } from './partner-query.js';
import { PartnerKeys } from './partner-keys.js';
import { PartnerState } from './partner-state.js';
import { PartnerWebhook } from './partner-webhook.js';
import classes from './partners.module.css';
import { PositionPanel } from './positions.js';
import { TermsPanel } from './terms-panel.js';

const route = getRouteApi('/signed-in/partners/$partnerId');

/** How often to look what it owes by now. */
const LOOK_AGAIN_MS = 15_000;

/** One partner: what it owes, its terms, its keys, and what was cleared with it. */
export function PartnerPage(): ReactElement {
  const { partnerId } = route.useParams();
  const { day, dayOf } = useFormats();
  const { may } = useViewer();
  const query = useQuery({ ...asking(PartnerDetails, { id: partnerId }), refetchInterval: LOOK_AGAIN_MS });
  const partner = query.data?.partner;
  if (partner === null) {
    return <NotFound />;
  }
  if (partner === undefined) {
    return (
      <Page title="Partner">
        <Loaded query={query} lines={8}>
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return (
    <Page
      title={partner.name}
      badge={<PartnerState partner={partner} />}
      about={`“${partner.slug}” in rules, partner since ${dayOf(partner.createdAt)}. Its open period: ${day(partner.openFrom)} – ${day(partner.openTo)}`}
      actions={<PartnerActions partner={partner} />}
    >
      {partner.reason !== null && (
        <Alert color={partner.state === 'FROZEN' ? 'orange' : 'gray'} icon={<IconSnowflake />} title={partner.state === 'FROZEN' ? 'Frozen' : 'It has left'}>
          <span className={classes['typed']}>{partner.reason}</span>
        </Alert>
      )}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="lg">
            <PositionPanel partner={partner} />
            {(partner.terms?.prepaid === true || partner.blocks.length > 0) && <BlocksPanel partner={partner} />}
            {may('READ_KEYS') && <PartnerKeys partner={partner} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="lg">
            <TermsPanel partner={partner} />
            <OwnShop partner={partner} />
            <PartnerWebhook partner={partner} />
          </Stack>
        </Grid.Col>
      </Grid>
      <SettlementsPanel of={{ partnerId: partner.id }} about="With this partner, the latest first." withPartner={false} />
      <DidPanel partner={partner} />
      <EntriesPanel partner={partner} />
    </Page>
  );
}
