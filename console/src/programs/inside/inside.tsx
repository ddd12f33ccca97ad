import type { ReactElement } from 'react';

import { CausesRaised } from './causes.js';
import { CoalitionPartners } from '../../partners/partners.js';
import type { ProgramFields } from '../program-query.js';
import { GameInside } from './game.js';
import { PlansInside } from './plans.js';
import { TasksInside } from './tasks.js';
import { TiersInside } from './tiers.js';

/** What lives in a program that runs: its tiers, plans and tasks with their members, causes, the game's odds and plays. */
export function Inside({ program }: { program: ProgramFields }): ReactElement | null {
  const { id, kind } = program;
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
    case 'COALITION':
      return <CoalitionPartners coalition={program} title="Partners" />;
    default:
      return null;
  }
}
