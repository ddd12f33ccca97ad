import type { Formats } from '../format/formats.js';
import type { Reward } from './reward-query.js';
import type { TermsKind } from './reward-values.js';

export const kindWords: Record<TermsKind, string> = {
  amountOff: 'Amount off',
  percentOff: 'Percent off',
  freeProduct: 'Free product',
  freeShipping: 'Free shipping',
  giftCard: 'Gift card',
  storeCredit: 'Store credit',
  pointsAndCash: 'Points and cash',
  experience: 'Experience',
  partnerReward: 'Partner reward',
  donation: 'Donation',
};

/** In whose shops a reward is redeemed. */
export const shopsWords: Record<Reward['shops'], string> = {
  OWN: 'in your own shop',
  PARTNERS: 'with partners',
  BOTH: 'in your own shop and with partners',
};

/** A reward in a line: "Free shipping, for 100 points, with partners: air". */
export function aboutReward({ terms, points, unit, shops, partners }: Reward, formats: Formats): string {
  const where = shops === 'OWN' ? [] : [[shopsWords[shops], partners.join(', ')].filter(Boolean).join(': ')];
  return [termsInWords(terms, formats), `for ${formats.named(points, unit)}`, ...where].join(', ');
}

/** What a reward gives, in a few words: "€5.00 off from €20.00". */
export function termsInWords(terms: Reward['terms'], { money, count }: Formats): string {
  const from = (minimum: { amount: number; currency: string } | null): string =>
    minimum === null ? '' : ` from ${money(minimum)}`;
  if (terms.amountOff) {
    return `${money(terms.amountOff.amount)} off${from(terms.amountOff.minimumOrder)}`;
  }
  if (terms.percentOff) {
    const { percent, atMost, minimumOrder } = terms.percentOff;
    return `${percent}% off${atMost === null ? '' : `, at most ${money(atMost)}`}${from(minimumOrder)}`;
  }
  if (terms.freeProduct) {
    return `${count(terms.freeProduct.quantity)} × ${terms.freeProduct.sku}`;
  }
  if (terms.freeShipping) {
    return `Free shipping${from(terms.freeShipping.minimumOrder)}`;
  }
  if (terms.giftCard) {
    return `Gift card of ${money(terms.giftCard.amount)}`;
  }
  if (terms.storeCredit) {
    return `${money(terms.storeCredit.amount)} of store credit`;
  }
  if (terms.pointsAndCash) {
    const { sku, quantity, cash } = terms.pointsAndCash;
    return `${count(quantity)} × ${sku} for ${money(cash)} and points`;
  }
  if (terms.partnerReward) {
    return `Reward at ${terms.partnerReward.partner}`;
  }
  if (terms.donation) {
    return `${money(terms.donation.amount)} to ${terms.donation.cause}`;
  }
  return 'Experience';
}
