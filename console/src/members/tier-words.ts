import type { Formats, UnitWords } from '../format/formats.js';
import type { MemberTier, TierNeed } from './tiers-query.js';

/** A unit by the name that rules use. */
export type NamedUnit = UnitWords & { readonly slug: string };

/** Why a member has a tier. */
export const reasonWords: Record<NonNullable<MemberTier['reason']>, string> = {
  JOINED: 'everybody has it',
  REACHED: 'reached',
  KEPT: 'kept for another time',
  LOST: 'a higher one was not kept',
  TAKEN_BACK: 'a higher one was taken back by a refund',
  SET: 'set by hand',
  SET_ENDED: 'what was set by hand has ended',
  FROZEN: 'frozen, since nothing happened for long',
  CLOSED: 'closed, since nothing happened for long',
  REOPENED: 'opened again by an activity',
};

/** A threshold on the way to a tier in words: "€120.00 of €500.00 spent". */
export function needWords({ metric, has, atLeast }: TierNeed, units: readonly NamedUnit[], formats: Formats): string {
  const [kind = '', of = ''] = metric.split(/:(.*)/s);
  const unit = units.find(({ slug }) => slug === of);
  switch (kind) {
    case 'spend':
      return `${formats.money({ amount: has, currency: of })} of ${formats.money({ amount: atLeast, currency: of })} spent`;
    case 'earned':
    case 'balance': {
      const words = unit === undefined ? formats.count : (amount: number) => formats.points(amount, unit);
      const name = unit?.namePlural ?? of;
      return `${words(has)} of ${words(atLeast)} ${name} ${kind === 'earned' ? 'earned' : 'on the balance'}`;
    }
    case 'orders':
      return `${formats.count(has)} of ${formats.count(atLeast)} orders`;
    default:
      return `${formats.count(has)} of ${formats.count(atLeast)} × ${of.replace('custom:', '').replaceAll(',', ' or ')}`;
  }
}
