import { Badge } from '@mantine/core';
import type { ReactElement } from 'react';

import { words } from '../parts/words.js';
import type { PartnerRow } from './partner-query.js';

const colors: Readonly<Record<PartnerRow['state'], string>> = { ACTIVE: 'teal', FROZEN: 'orange', LEFT: 'gray' };

/** Whether a partner takes part; one without terms cannot. */
export function PartnerState({ partner: { state, terms } }: { partner: Pick<PartnerRow, 'state'> & { readonly terms: object | null } }): ReactElement {
  const waits = state === 'ACTIVE' && terms === null;
  return (
    <Badge variant="light" color={waits ? 'gray' : colors[state]} autoContrast>
      {waits ? 'No terms' : words(state)}
    </Badge>
  );
}
