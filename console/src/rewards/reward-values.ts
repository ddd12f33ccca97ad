import type { Typed } from '../format/amounts.js';
import { currencyDigits, fromSmallest, toSmallest } from '../format/amounts.js';
import { instantOf, localOf } from '../format/instants.js';
import type { InputOf } from '../graphql/graphql.js';
import type { Reward } from './reward-query.js';

export const rewardKinds = [
  'amountOff',
  'percentOff',
  'freeProduct',
  'freeShipping',
  'giftCard',
  'storeCredit',
  'pointsAndCash',
  'experience',
  'partnerReward',
  'donation',
] as const;

export type TermsKind = (typeof rewardKinds)[number];

/** What the editor of a reward holds: the terms of all kinds, of which `kind` says which count. */
export interface RewardValues {
  name: string;
  slug: string;
  description: string;
  unit: string;
  points: Typed;
  kind: TermsKind;
  terms: {
    currency: string;
    amount: Typed;
    percent: Typed;
    atMost: Typed;
    minimumOrder: Typed;
    sku: string;
    quantity: Typed;
    cash: Typed;
    cause: string;
    partner: string;
    instructions: string;
  };
  stock: Typed;
  limitPerMember: Typed;
  voucherSource: InputOf<'VoucherSource'>;
  tiers: string[];
  segments: string[];
  shops: InputOf<'RewardShops'>;
  partners: string[];
  imageUrl: string;
  position: Typed;
  startsAt: string;
  endsAt: string;
}

/** Which fields of the terms a kind has. */
export const termsFields: Record<TermsKind, readonly (keyof RewardValues['terms'])[]> = {
  amountOff: ['amount', 'minimumOrder', 'currency'],
  percentOff: ['percent', 'atMost', 'minimumOrder', 'currency'],
  freeProduct: ['sku', 'quantity'],
  freeShipping: ['minimumOrder', 'currency'],
  giftCard: ['amount', 'currency'],
  storeCredit: ['amount', 'currency'],
  pointsAndCash: ['sku', 'quantity', 'cash', 'currency'],
  experience: ['instructions'],
  partnerReward: ['partner', 'instructions'],
  donation: ['cause', 'amount', 'currency'],
};

/** A new reward: an amount off, for a hundred points. */
export function newReward(unit: string, currency: string): RewardValues {
  return {
    name: '',
    slug: '',
    description: '',
    unit,
    points: 100,
    kind: 'amountOff',
    terms: {
      currency,
      amount: 5,
      percent: 10,
      atMost: '',
      minimumOrder: '',
      sku: '',
      quantity: 1,
      cash: 5,
      cause: '',
      partner: '',
      instructions: '',
    },
    stock: '',
    limitPerMember: '',
    voucherSource: 'GENERATED',
    tiers: [],
    segments: [],
    shops: 'OWN',
    partners: [],
    imageUrl: '',
    position: 0,
    startsAt: '',
    endsAt: '',
  };
}

/** A reward as the editor shows it, with instants as a clock in `zone` shows them. */
export function fromReward(reward: Reward, currency: string, zone: string): RewardValues {
  const blank = newReward(reward.unit.slug, currency);
  const kind = rewardKinds.find((name) => reward.terms[name] !== null) ?? 'experience';
  return {
    ...blank,
    name: reward.name,
    slug: reward.slug,
    description: reward.description,
    points: fromSmallest(reward.points, reward.unit.scale),
    kind,
    terms: { ...blank.terms, ...fromTerms(reward.terms) },
    stock: reward.stock ?? '',
    limitPerMember: reward.limitPerMember ?? '',
    voucherSource: reward.voucherSource,
    tiers: [...reward.tiers],
    segments: [...reward.segments],
    shops: reward.shops,
    partners: [...reward.partners],
    imageUrl: reward.imageUrl ?? '',
    position: reward.position,
    startsAt: reward.startsAt === null ? '' : localOf(reward.startsAt, zone),
    endsAt: reward.endsAt === null ? '' : localOf(reward.endsAt, zone),
  };
}

type Money = { readonly amount: number; readonly currency: string };

function fromTerms(terms: Reward['terms']): Partial<RewardValues['terms']> {
  const { amountOff, percentOff, freeProduct, freeShipping, giftCard, storeCredit, pointsAndCash, donation } = terms;
  const amount = amountOff?.amount ?? giftCard?.amount ?? storeCredit?.amount ?? donation?.amount;
  const minimumOrder = amountOff?.minimumOrder ?? percentOff?.minimumOrder ?? freeShipping?.minimumOrder;
  const atMost = percentOff?.atMost;
  const money = amount ?? minimumOrder ?? atMost ?? pointsAndCash?.cash;
  return {
    ...(money ? { currency: money.currency } : {}),
    ...(amount ? { amount: typedMoney(amount) } : {}),
    atMost: typedMoney(atMost),
    minimumOrder: typedMoney(minimumOrder),
    ...(percentOff ? { percent: percentOff.percent } : {}),
    ...freeProduct,
    ...(pointsAndCash
      ? { sku: pointsAndCash.sku, quantity: pointsAndCash.quantity, cash: typedMoney(pointsAndCash.cash) }
      : {}),
    ...terms.experience,
    ...terms.partnerReward,
    ...(donation ? { cause: donation.cause } : {}),
  };
}

function typedMoney(found: Money | null | undefined): string {
  return found ? fromSmallest(found.amount, currencyDigits(found.currency)) : '';
}

/** The mutation's input, or by field why it is none. Points are of a unit with `scale` digits. */
export function toRewardInput(
  values: RewardValues,
  scale: number,
  zone: string,
):
  | { readonly input: InputOf<'RewardUpsertInput'>; readonly problems: null }
  | { readonly input: null; readonly problems: Record<string, string> } {
  const problems: Record<string, string> = {};
  const number = (field: string, typed: Typed, digits: number): number => {
    const found = toSmallest(typed, digits);
    if (found === null) {
      problems[field] = 'Enter a number.';
    }
    return found ?? 0;
  };
  const optional = (field: string, typed: Typed): number | null => (isEmpty(typed) ? null : number(field, typed, 0));
  if (values.name.trim() === '') {
    problems['name'] = 'Enter a name.';
  }
  const input = {
    slug: values.slug,
    name: values.name.trim(),
    description: values.description.trim(),
    unit: values.unit,
    points: number('points', values.points, scale),
    terms: toTerms(values, number),
    tiers: values.tiers,
    segments: values.segments,
    shops: values.shops,
    partners: values.shops === 'OWN' ? [] : values.partners,
    stock: optional('stock', values.stock),
    limitPerMember: optional('limitPerMember', values.limitPerMember),
    voucherSource: values.voucherSource,
    imageUrl: values.imageUrl.trim() === '' ? null : values.imageUrl.trim(),
    position: number('position', isEmpty(values.position) ? 0 : values.position, 0),
    startsAt: values.startsAt === '' ? null : instantOf(values.startsAt, zone),
    endsAt: values.endsAt === '' ? null : instantOf(values.endsAt, zone),
  };
  return Object.keys(problems).length > 0 ? { input: null, problems } : { input, problems: null };
}

function toTerms(
  { kind, terms }: RewardValues,
  number: (field: string, typed: Typed, digits: number) => number,
): InputOf<'RewardTermsInput'> {
  const money = (field: 'amount' | 'atMost' | 'minimumOrder' | 'cash') => ({
    amount: number(`terms.${field}`, terms[field], currencyDigits(terms.currency)),
    currency: terms.currency,
  });
  const optional = (field: 'atMost' | 'minimumOrder') => (isEmpty(terms[field]) ? null : money(field));
  switch (kind) {
    case 'amountOff':
      return { amountOff: { amount: money('amount'), minimumOrder: optional('minimumOrder') } };
    case 'percentOff':
      return {
        percentOff: {
          percent: number('terms.percent', terms.percent, 0),
          atMost: optional('atMost'),
          minimumOrder: optional('minimumOrder'),
        },
      };
    case 'freeProduct':
      return { freeProduct: { sku: terms.sku.trim(), quantity: number('terms.quantity', terms.quantity, 0) } };
    case 'freeShipping':
      return { freeShipping: { minimumOrder: optional('minimumOrder') } };
    case 'giftCard':
      return { giftCard: { amount: money('amount') } };
    case 'storeCredit':
      return { storeCredit: { amount: money('amount') } };
    case 'pointsAndCash':
      return {
        pointsAndCash: {
          sku: terms.sku.trim(),
          quantity: number('terms.quantity', terms.quantity, 0),
          cash: money('cash'),
        },
      };
    case 'experience':
      return { experience: { instructions: terms.instructions.trim() } };
    case 'partnerReward':
      return { partnerReward: { partner: terms.partner.trim(), instructions: terms.instructions.trim() } };
    case 'donation':
      return { donation: { cause: terms.cause.trim(), amount: money('amount') } };
  }
}

/** Under which field of the editor a refusal about the input is shown: `terms.amountOff.amount.currency` → `terms.currency`. */
export function rewardAliases(): Record<string, string> {
  const lists = { tiers: 'tiers', segments: 'segments', partners: 'partners' };
  return { ...lists, ...termsAliases() };
}

function termsAliases(): Record<string, string> {
  return Object.fromEntries(
    rewardKinds.flatMap((kind) =>
      termsFields[kind].flatMap((field) =>
        field === 'currency'
          ? []
          : [
              [`terms.${kind}.${field}`, `terms.${field}`],
              [`terms.${kind}.${field}.amount`, `terms.${field}`],
              [`terms.${kind}.${field}.currency`, 'terms.currency'],
            ],
      ),
    ),
  );
}

function isEmpty(typed: Typed): boolean {
  return String(typed).trim() === '';
}
