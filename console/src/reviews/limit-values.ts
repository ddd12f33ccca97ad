import { type Typed, currencyDigits, fromSmallest, toSmallest } from '../format/amounts.js';
import { newKey } from '../format/keys.js';
import type { InputOf } from '../graphql/graphql.js';
import type { Limit } from './review-query.js';

/** A limit as it is typed: so many times, or so much money in a currency (null: the tenant's). */
export interface LimitValues {
  key: string;
  kind: string;
  counts: 'TIMES' | 'AMOUNT';
  most: Typed;
  currency: string | null;
  per: Limit['per'];
}

/** A limit before anything is typed. */
export function blankLimit(key: string): LimitValues {
  return { key, kind: 'purchase', counts: 'TIMES', most: '', currency: null, per: 'DAY' };
}

/** A limit to be edited. */
export function fromLimit({ kind, per, times, amount, currency }: Limit): LimitValues {
  const money = amount !== null && currency !== null;
  return {
    key: newKey(),
    kind,
    per,
    counts: money ? 'AMOUNT' : 'TIMES',
    most: money ? fromSmallest(amount, currencyDigits(currency)) : (times ?? ''),
    currency,
  };
}

/** What was typed, as the API takes it. */
export function toLimits(values: readonly LimitValues[], tenantCurrency: string): InputOf<'ActivityLimitInput'>[] {
  return values.map(({ kind, per, counts, most, currency: own }) => {
    const currency = own ?? tenantCurrency;
    return counts === 'TIMES'
      ? { kind: kind.trim(), per, times: Number(most) }
      : { kind: kind.trim(), per, amount: toSmallest(most, currencyDigits(currency)), currency };
  });
}
