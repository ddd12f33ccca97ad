import { Badge } from '@mantine/core';
import type { ReactElement } from 'react';

import { type Fares, type Health, fares } from './health-words.js';

const shown: Readonly<Record<Fares, { label: string; color: string }>> = {
  DISABLED: { label: 'Disabled', color: 'gray' },
  PAUSED: { label: 'Paused', color: 'red' },
  FAILING: { label: 'Fails', color: 'orange' },
  WELL: { label: 'Sends', color: 'teal' },
};

/** How an endpoint fares, in a word; null: there is none. */
export function HealthBadge({ health }: { health: Health | null }): ReactElement {
  const { label, color } = health === null ? { label: 'Sends nothing', color: 'gray' } : shown[fares(health)];
  return (
    <Badge variant="light" color={color} autoContrast>
      {label}
    </Badge>
  );
}
