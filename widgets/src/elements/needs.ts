import type { Unit } from '../documents/storefront.js';
import type { ClubWords } from './member-element.js';
import { money } from './money.js';

/** Something that is counted towards a tier or a task: `spend:USD`, `orders`, `earned:stars`, `pieces:night`. */
export interface Counted {
  readonly metric: string;
  readonly has: number;
  readonly target: number;
}

/** How far something is, in words: "$80.00 of $150.00 spent". */
export function counted(words: ClubWords, { metric, has, target }: Counted, units: readonly (Unit & { slug: string })[] = []): string {
  const [kind = '', of = ''] = metric.split(/:(.*)/s);
  const unit = units.find(({ slug }) => slug === of);
  const write = (amount: number): string =>
    kind === 'spend'
      ? money({ amount, currency: of }, words.locale)
      : unit === undefined
        ? new Intl.NumberFormat(words.locale).format(amount)
        : words.pointsApart(amount, unit).number;
  const places = { has: write(Math.min(has, target)), target: write(target), what: unit?.namePlural ?? of.replace('custom:', '') };
  switch (kind) {
    case 'spend':
    case 'earned':
    case 'balance':
      return words.say(`need_${kind}`, places);
    case 'orders':
    case 'orders_from':
      return words.say('need_orders', places);
    default:
      return words.say('need_other', places);
  }
}
