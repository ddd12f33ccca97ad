import type { Formats } from '../format/formats.js';
import type { InputOf } from '../graphql/graphql.js';

export interface Health {
  readonly disabledAt: string | null;
  readonly disabledReason: InputOf<'WebhookDisabledReason'> | null;
  readonly lastSuccessAt: string | null;
  readonly consecutiveFailures: number;
  readonly failingSince: string | null;
  readonly pausedUntil: string | null;
}

export type Fares = 'DISABLED' | 'PAUSED' | 'FAILING' | 'WELL';

/** How an endpoint fares, the worst that is true of it. */
export function fares({ disabledAt, pausedUntil, consecutiveFailures }: Health): Fares {
  if (disabledAt !== null) {
    return 'DISABLED';
  }
  if (pausedUntil !== null) {
    return 'PAUSED';
  }
  return consecutiveFailures > 0 ? 'FAILING' : 'WELL';
}

const reasons: Readonly<Record<InputOf<'WebhookDisabledReason'>, string>> = {
  GONE: 'it answered 410 Gone',
  FAILING: 'nothing arrived there for days',
  OPERATOR: 'the coalition’s operator disabled it',
};

/** The same in a sentence or two. */
export function healthWords(health: Health, { instant }: Pick<Formats, 'instant'>): string {
  const { disabledAt, disabledReason, lastSuccessAt, consecutiveFailures, failingSince, pausedUntil } = health;
  const last = lastSuccessAt === null ? 'Nothing has arrived there yet.' : `Last delivery: ${instant(lastSuccessAt)}.`;
  if (disabledAt !== null) {
    const why = disabledReason === null ? '' : `: ${reasons[disabledReason]}`;
    return `Nothing has been sent since ${instant(disabledAt)}${why}. ${last}`;
  }
  if (consecutiveFailures === 0) {
    return last;
  }
  const times = consecutiveFailures === 1 ? 'The last attempt' : `The last ${consecutiveFailures} attempts`;
  const since = failingSince === null ? '' : `, since ${instant(failingSince)}`;
  const next = pausedUntil === null ? '' : ` Next attempt: ${instant(pausedUntil)}.`;
  return `${times} failed${since}.${next} ${last}`;
}
