import type { PartnerRow } from './partner-query.js';

/** The last day of the periods that end next, and the names of the partners whose those are. */
export interface NextSettlement {
  readonly day: string;
  readonly names: readonly string[];
}

/** When the next settlement is drafted, and with whom; null if there is nobody to settle with. */
export function nextOf(partners: readonly Pick<PartnerRow, 'name' | 'state' | 'openTo'>[]): NextSettlement | null {
  const open = partners.filter(({ state }) => state !== 'LEFT');
  const day = open.map(({ openTo }) => openTo).toSorted()[0];
  return day === undefined ? null : { day, names: open.filter(({ openTo }) => openTo === day).map(({ name }) => name) };
}

const NAMED = 3;

/** "Ada, Bea and Cem", of many "Ada, Bea, Cem and 4 others" */
export function listed(names: readonly string[]): string {
  const left = names.length - NAMED;
  const shown = left > 1 ? [...names.slice(0, NAMED), `${left} others`] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
