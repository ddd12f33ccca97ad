import { Badge } from '@mantine/core';
import type { ReactElement } from 'react';

import { words } from '../parts/words.js';

/** What a member is called on the screen: the name, else what else is known. */
export function memberTitle(member: {
  readonly name: string | null;
  readonly email: string | null;
  readonly externalId: string | null;
  readonly state: 'ACTIVE' | 'CLOSED' | 'MERGED' | 'ERASED';
}): string {
  return member.name ?? member.email ?? member.externalId ?? (member.state === 'ERASED' ? 'Erased member' : 'Unnamed member');
}

/** The state of a member who does not take part any more. */
export function MemberStateBadge({
  state,
}: {
  state: 'ACTIVE' | 'CLOSED' | 'MERGED' | 'ERASED';
}): ReactElement | null {
  return state === 'ACTIVE' ? null : (
    <Badge variant="light" color={state === 'ERASED' ? 'red' : 'gray'} autoContrast>
      {words(state)}
    </Badge>
  );
}
