import { Badge } from '@mantine/core';
import type { ReactElement } from 'react';

import { PartnerState } from '../partners/partner-state.js';
import type { ParticipationRow } from './participation-query.js';

/** What a participation is known by; of one that is over only who ran the coalition is known. */
export function titleOf({ operator, coalition }: { operator: string; coalition: { name: string } | null }): string {
  return coalition?.name ?? `Coalition of ${operator}`;
}

/** Whether the shop takes part as the partner that it is, or no longer. */
export function ParticipationState({
  participation: { coalition },
}: {
  participation: { readonly coalition: { readonly state: NonNullable<ParticipationRow['coalition']>['state']; readonly terms: object | null } | null };
}): ReactElement {
  return coalition === null ? (
    <Badge variant="light" color="gray" autoContrast>
      Ended
    </Badge>
  ) : (
    <PartnerState partner={coalition} />
  );
}
