import { newKey } from '../format/keys.js';
import type { CapValues, PolicyValues, RuleValues, SelectorValues } from './rules-values.js';

/** A new rule with sensible beginnings; its id is not one of `taken`. */
export function newRule(currency: string, taken: readonly string[]): RuleValues {
  return {
    key: newKey(),
    id: freeId('rule', taken),
    name: '',
    kind: 'perAmount',
    earn: {
      perAmount: { points: 1, per: 1, currency },
      perItem: { points: 1 },
      perOrder: { points: 10 },
      perVisit: { points: 10 },
      fixed: { points: 100 },
      quantityBreaks: { breaks: [{ key: newKey(), quantity: 2, points: 10 }] },
      multiplier: { factor: '2', allowBelowOne: false },
      reward: { reward: '' },
    },
    on: ['purchase'],
    items: { include: noLines(), exclude: noLines() },
    conditions: {
      minimumAmount: '',
      maximumAmount: '',
      currency: '',
      channels: [],
      partners: [],
      weekdays: [],
      hours: [],
      startsOn: '',
      endsOn: '',
      segments: [],
      tiers: [],
      tierProgram: '',
      firstTimeOnly: false,
      codes: [],
      tenders: [],
      when: '',
    },
    caps: [],
  };
}

/** A new cap: 100 points a day for each member. */
export function newCap(): CapValues {
  return { key: newKey(), limit: 100, counts: 'POINTS', period: 'DAY', per: 'MEMBER' };
}

/** A new expiry policy: twelve months after earning. */
export function newPolicy(): PolicyValues {
  return {
    key: newKey(),
    kind: 'monthsAfterEarning',
    monthsAfterEarning: { months: 12 },
    endOfMonth: { months: 6 },
    monthsInactive: { months: 12 },
    fixedDate: { month: 12, day: 31 },
    endOfCalendarYear: { years: 1 },
  };
}

function noLines(): SelectorValues {
  return { skus: [], categories: [], tags: [], kinds: [] };
}

function freeId(stem: string, taken: readonly string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`${stem}-${number}`)) {
    number += 1;
  }
  return `${stem}-${number}`;
}
