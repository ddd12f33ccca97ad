import { Alert, Grid, Stack } from '@mantine/core';
import { IconSnowflake } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { asking } from '../graphql/queries.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { NotFound } from '../shell/problems.js';
import { useFormats } from '../shell/viewer.js';
import { EntriesPanel } from './entries.js';
import { PartnerActions } from './partner-actions.js';
import { PartnerDetails } from './partner-query.js';
import { PartnerState } from './partner-state.js';
import { TermsPanel } from './terms-panel.js';

const route = getRouteApi('/signed-in/partners/$partnerId');

/** One partner: its terms, and what was cleared with it. */
export function PartnerPage(): ReactElement {
  const { partnerId } = route.useParams();
  const { day, dayOf } = useFormats();
  const query = useQuery(asking(PartnerDetails, { id: partnerId }));
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
      about={`“${partner.slug}” in rules; partner since ${dayOf(partner.createdAt)}, not settled yet from ${day(partner.openFrom)} on`}
      actions={<PartnerActions partner={partner} />}
    >
      {partner.reason !== null && (
        <Alert color={partner.state === 'FROZEN' ? 'orange' : 'gray'} icon={<IconSnowflake />} title={partner.state === 'FROZEN' ? 'Frozen' : 'It has left'}>
          {partner.reason}
        </Alert>
      )}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="lg">
            <TermsPanel partner={partner} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <EntriesPanel partner={partner} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
