import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';

import { Page } from '../parts/page.js';
import { useViewer } from '../shell/viewer.js';
import { SandboxClock } from './sandbox-clock.js';
import { Staff } from './staff.js';
import { TenantSettings } from './tenant-settings.js';
import { UnitSettings } from './units.js';

/** The tenant, its people, and in a sandbox its clock. */
export function Settings(): ReactElement {
  const { may, tenant } = useViewer();
  return (
    <Page title="Settings" narrow>
      <Stack gap="lg">
        {tenant.isSandbox && may('ADVANCE_SANDBOX_CLOCK') && <SandboxClock />}
        <TenantSettings />
        {may('READ_PROGRAMS') && <UnitSettings />}
        {may('READ_STAFF') && <Staff />}
      </Stack>
    </Page>
  );
}
