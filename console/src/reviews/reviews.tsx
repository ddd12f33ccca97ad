import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';

import { Page } from '../parts/page.js';
import { useViewer } from '../shell/viewer.js';
import { HeldPanel } from './held.js';
import { Limits } from './limits.js';
import { ReferralsPanel } from './referrals.js';

/** What waits for a person: activities beyond a limit, and referrals of people who look like one. */
export function Reviews(): ReactElement {
  const { may } = useViewer();
  return (
    <Page title="Reviews" about="What waits for your team to decide.">
      <Stack gap="lg">
        <HeldPanel />
        {may('READ_MEMBERS') && <ReferralsPanel />}
        {may('READ_SETTINGS') && <Limits />}
      </Stack>
    </Page>
  );
}
