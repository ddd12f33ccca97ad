import type { Formats, UnitWords } from '../format/formats.js';
import { kindWords } from '../partners/entries.js';
import type { Position } from '../partners/partner-query.js';
import type { Side } from '../partners/terms-words.js';
import { words } from '../parts/words.js';
import type { Exchange, ShopSettlement } from './participation-query.js';

/** Terms as told to the shop that is the partner. */
export const shopSide: Side = {
  pays: (points) => `You pay for ${points} you issue`,
  gets: (points) => `You get for ${points} spent with you`,
  issuesAtMost: 'You issue at most',
  takesAtMost: 'You take at most',
  paysIn: 'You pay',
  notIssuing: 'you may not issue any',
  notTaking: 'you may not take any',
  waits: (hours) => `wait ${hours} hours before they are spent with you`,
  promotions: { PARTNER: 'you pay', OPERATOR: 'the operator pays' },
};

/** What lines of settlements are for, as told to the shop. */
export const shopKinds: typeof kindWords = { ...kindWords, REIMBURSEMENT: 'Spent with you' };

/** "You pay €12.34", "You got €4.00", "Nothing is due" */
export function shopDueWords({ due, currency, state }: Pick<ShopSettlement, 'due' | 'currency' | 'state'>, { money }: Formats): string {
  if (due === 0) {
    return 'Nothing is due';
  }
  const [pay, get] = state === 'PAID' ? ['paid', 'got'] : ['pay', 'get'];
  return `You ${due < 0 ? pay : get} ${money({ amount: Math.abs(due), currency })}`;
}

/** "You owe €7.34", "You get €1.20", "Nothing is owed" */
export function shopOwedWords({ owedMicros, currency }: Pick<Position, 'owedMicros' | 'currency'>, { micros }: Formats): string {
  if (owedMicros === 0) {
    return 'Nothing is owed';
  }
  return owedMicros > 0 ? `You owe ${micros({ amount: owedMicros, currency })}` : `You get ${micros({ amount: -owedMicros, currency })}`;
}

/** "100 stamps became 50 miles"; where the shared ones are not known any more, "100 stamps became shared points" */
export function exchangeWords({ direction, ownUnit, ownPoints, points }: Exchange, shared: UnitWords | null, { named }: Formats): string {
  const [own, others] = [named(ownPoints, ownUnit), shared === null ? 'shared points' : named(points, shared)];
  return direction === 'IN' ? `${own} became ${others}` : `${words(others)} became ${own}`;
}
