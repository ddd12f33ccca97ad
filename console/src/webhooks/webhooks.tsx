import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';

import { Page } from '../parts/page.js';
import { Deliveries } from './deliveries.js';
import { Endpoint } from './endpoint.js';

/** Where the shop's own server is told what happened, and how that went. */
export function Webhooks(): ReactElement {
  return (
    <Page title="Webhooks">
      <Stack gap="lg">
        <Endpoint />
        <Deliveries />
      </Stack>
    </Page>
  );
}
