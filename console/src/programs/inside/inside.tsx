import type { ReactElement } from 'react';

import { CausesRaised } from './causes.js';
import { GameInside } from './game.js';
import { PlansInside } from './plans.js';
import { TasksInside } from './tasks.js';
import { TiersInside } from './tiers.js';

/** What lives in a program that runs: its tiers, plans and tasks with their members, causes, the game's odds and plays. */
export function Inside({ program: { id, kind } }: { program: { readonly id: string; readonly kind: string } }): ReactElement | null {
  switch (kind) {
    case 'TIERED':
      return <TiersInside programId={id} />;
    case 'PAID':
      return <PlansInside programId={id} />;
    case 'TASKS':
      return <TasksInside programId={id} />;
    case 'GIVING':
      return <CausesRaised programId={id} />;
    case 'GAME':
      return <GameInside programId={id} />;
    default:
      return null;
  }
}
