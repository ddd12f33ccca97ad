import { Alert } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { useFormats, useViewer } from '../shell/viewer.js';
import type { Figures } from './overview-query.js';

const MINUTES = 15;

/** A warning if background jobs are late: nothing is lost, but points mature and expire late. */
export function Overdue({ job }: { job: Figures['overview']['oldestDueJob'] }): ReactElement | null {
  const formats = useFormats();
  const { now } = useViewer().tenant;
  if (job === null || Date.parse(now) - Date.parse(job.dueAt) < MINUTES * 60_000) {
    return null;
  }
  return (
    <Alert color="yellow" icon={<IconClockExclamation />} title="Background jobs are late">
      “{job.name}” has been due since {formats.instant(job.dueAt)}. It catches up by itself once a worker runs.
    </Alert>
  );
}
