import { rulesSchema } from 'virtual:rules-schema';
import { describe, expect, test } from 'vitest';

import { fromRules } from './from-rules.js';
import { newCap, newPolicy, newRule } from './new-values.js';
import type { EarningRule, PointsRules } from './rules-query.js';
import { earnKinds, policyKinds } from './rules-values.js';
import { toRules } from './to-rules.js';

const noLines = { skus: [], categories: [], tags: [], kinds: [] };
const noEarn: EarningRule['earn'] = {
  perAmount: null,
  perItem: null,
  perOrder: null,
  perVisit: null,
  fixed: null,
  quantityBreaks: null,
  multiplier: null,
  reward: null,
};
const noConditions: EarningRule['conditions'] = {
  minimumAmount: null,
  maximumAmount: null,
  currency: null,
  channels: [],
  partners: [],
  weekdays: [],
  hours: [],
  startsOn: null,
  endsOn: null,
  segments: [],
  tiers: [],
  tierProgram: null,
  firstTimeOnly: false,
  codes: [],
  tenders: [],
  when: null,
};
const rule: EarningRule = {
  id: 'spending',
  name: 'Spending',
  earn: { ...noEarn, perAmount: { points: 1, per: 100, currency: 'EUR' } },
  on: ['purchase'],
  items: { include: noLines, exclude: noLines },
  conditions: noConditions,
  caps: [],
};
const noPolicy = {
  never: null,
  monthsAfterEarning: null,
  endOfMonth: null,
  monthsInactive: null,
  fixedDate: null,
  endOfCalendarYear: null,
};
const plain: PointsRules = {
  unit: 'points',
  rules: [rule],
  base: {
    deductDiscounts: true,
    tax: false,
    shipping: false,
    giftCards: false,
    topUps: false,
    donations: false,
    rewards: false,
    paidWithPoints: false,
    paidWithStoredValue: true,
    paidWithGiftCards: true,
  },
  rounding: 'FLOOR',
  pending: null,
  expiry: { policies: [], exemptTiers: [], tierProgram: null, warnDays: [] },
  clawback: 'CLAMP',
  caps: [],
  payment: null,
  transfers: { maximumPerDay: 500, minimum: 10 },
  conversion: { points: 100, gift: { points: null, reward: { reward: 'bag' } } },
};

/** What the input says of rules as they were read: of several kinds only the one that is set. */
function asInput(rules: PointsRules): unknown {
  return {
    ...rules,
    rules: rules.rules.map((earning) => ({ ...earning, earn: chosen(earning.earn) })),
    pending: rules.pending === null ? null : chosen(rules.pending),
    expiry: { ...rules.expiry, policies: rules.expiry.policies.map(chosen) },
    conversion: rules.conversion === null ? null : { ...rules.conversion, gift: chosen(rules.conversion.gift) },
  };
}

function chosen(kinds: object): object {
  return Object.fromEntries(Object.entries(kinds).filter(([, value]) => value !== null));
}

function edited(rules: PointsRules, scale = 0): unknown {
  return toRules(fromRules(rules, scale, 'EUR'), scale).rules;
}

describe('what was read and not edited is sent back as it was', () => {
  const earns: EarningRule['earn'][] = [
    { ...noEarn, perAmount: { points: 3, per: 1_999, currency: 'EUR' } },
    { ...noEarn, perAmount: { points: 1, per: 1_000, currency: 'JPY' } },
    { ...noEarn, perItem: { points: 5 } },
    { ...noEarn, perOrder: { points: 10 } },
    { ...noEarn, perVisit: { points: 20 } },
    { ...noEarn, fixed: { points: 100 } },
    {
      ...noEarn,
      quantityBreaks: {
        breaks: [
          { quantity: 2, points: 10 },
          { quantity: 5, points: 40 },
        ],
      },
    },
    { ...noEarn, multiplier: { factor: '7/5', allowBelowOne: false } },
    { ...noEarn, multiplier: { factor: '0.5', allowBelowOne: true } },
    { ...noEarn, reward: { reward: 'free-shipping' } },
  ];
  test.each(earns.map((earn) => ({ kind: Object.keys(chosen(earn)).join(), earn })))('earn $kind', ({ earn }) => {
    const rules = { ...plain, rules: [{ ...rule, earn }] };
    expect(edited(rules)).toEqual(asInput(rules));
    expect(edited(rules, 2)).toEqual(asInput(rules));
  });

  const policies: PointsRules['expiry']['policies'] = [
    { ...noPolicy, monthsAfterEarning: { months: 12 } },
    { ...noPolicy, endOfMonth: { months: 6 } },
    { ...noPolicy, monthsInactive: { months: 18 } },
    { ...noPolicy, fixedDate: { month: 2, day: 29 } },
    { ...noPolicy, endOfCalendarYear: { years: 0 } },
    { ...noPolicy, never: true },
  ];
  test.each(policies.map((policy) => ({ kind: Object.keys(chosen(policy)).join(), policy })))(
    'expiry $kind',
    ({ policy }) => {
      const rules = { ...plain, expiry: { ...plain.expiry, policies: [policy], warnDays: [30, 7], exemptTiers: ['gold'] } };
      expect(edited(rules)).toEqual(asInput(rules));
    },
  );

  test.each([{ days: { days: 14 }, trigger: null }, { days: null, trigger: { trigger: 'delivered' } }])(
    'pending %o',
    (pending) => {
      expect(edited({ ...plain, pending })).toEqual(asInput({ ...plain, pending }));
    },
  );

  test.each([
    { minimum: 0, multiple: 1, maximum: null, maximumSharePercent: 100 },
    { minimum: 500, multiple: 100, maximum: 10_000, maximumSharePercent: 50 },
  ])('payment %o', (limits) => {
    const rules = { ...plain, payment: { points: 100, worth: 99, currency: 'EUR', ...limits } };
    expect(edited(rules)).toEqual(asInput(rules));
  });

  test('items, conditions and caps', () => {
    const rules: PointsRules = {
      ...plain,
      rounding: 'HALF_EVEN',
      clawback: 'NEGATIVE',
      caps: [{ limit: 1_000, counts: 'POINTS', period: 'LIFETIME', per: 'PROGRAM' }],
      rules: [
        {
          ...rule,
          on: ['purchase', 'custom:recycled'],
          items: {
            include: { skus: ['A-1'], categories: ['vinyl'], tags: ['new'], kinds: ['PRODUCT'] },
            exclude: { ...noLines, kinds: ['GIFT_CARD'] },
          },
          conditions: {
            minimumAmount: 1_050,
            maximumAmount: 99_999,
            currency: 'EUR',
            channels: ['web'],
            partners: ['north-air'],
            weekdays: [2, 7],
            hours: [{ fromTime: '16:00', untilTime: '24:00' }],
            startsOn: '2026-12-01',
            endsOn: '2026-12-24',
            segments: ['loyal'],
            tiers: ['gold'],
            tierProgram: 'club',
            firstTimeOnly: true,
            codes: ['PROMO10'],
            tenders: ['CARD'],
            when: 'activity.hour < 6',
          },
          caps: [
            { limit: 250, counts: 'POINTS', period: 'DAY', per: 'MEMBER' },
            { limit: 2, counts: 'TIMES', period: 'MONTH', per: 'MEMBER' },
          ],
        },
      ],
    };
    expect(edited(rules)).toEqual(asInput(rules));
    expect(edited(rules, 2)).toEqual(asInput(rules));
  });
});

test('points of a unit with two digits are typed with two digits', () => {
  const values = fromRules(plain, 2, 'EUR');
  expect(values.rules[0]?.earn.perAmount.points).toBe('0.01');
});

test('another kind tried in the editor leaves what the first one held', () => {
  const values = fromRules(plain, 0, 'EUR');
  const [first] = values.rules;
  const changed = { ...values, rules: first === undefined ? [] : [{ ...first, kind: 'fixed' as const }] };
  expect(toRules(changed, 0).rules?.rules?.[0]?.earn).toEqual({ fixed: { points: 100 } });
  expect(changed.rules[0]?.earn.perAmount).toEqual({ points: '1', per: '1.00', currency: 'EUR' });
});

test('what is no number is told at its field', () => {
  const values = fromRules({ ...plain, caps: [{ limit: 5, counts: 'TIMES', period: 'DAY', per: 'MEMBER' }] }, 0, 'EUR');
  const broken = newRule('EUR', ['spending']);
  broken.earn.perAmount = { points: '', per: '1.005', currency: 'EUR' };
  values.rules.push(broken);
  values.caps.push({ ...newCap(), limit: '1.5' });
  values.expiry.policies.push({ ...newPolicy(), monthsAfterEarning: { months: '' } });
  expect(toRules(values, 0)).toEqual({
    rules: null,
    problems: {
      'rules.1.earn.perAmount.points': 'Enter a whole number.',
      'rules.1.earn.perAmount.per': 'Enter a number with at most 2 decimals.',
      'caps.1.limit': 'Enter a whole number.',
      'expiry.policies.0.monthsAfterEarning.months': 'Enter a whole number.',
    },
  });
});

test('a new rule has an id of its own', () => {
  expect(newRule('EUR', ['rule-1', 'rule-3']).id).toBe('rule-4');
  expect(newRule('EUR', []).id).toBe('rule-1');
});

describe('the editor knows all that the API takes, so that saving takes nothing away', () => {
  const read = toRules(fromRules(plain, 0, 'EUR'), 0).rules;
  const first = read?.rules?.[0];
  test.each([
    { input: 'PointsRulesInput', known: Object.keys(read ?? {}) },
    { input: 'EarningRuleInput', known: Object.keys(first ?? {}) },
    { input: 'RuleConditionsInput', known: Object.keys(first?.conditions ?? {}) },
    { input: 'EarningBaseInput', known: Object.keys(read?.base ?? {}) },
    { input: 'PointsExpiryInput', known: Object.keys(read?.expiry ?? {}) },
    { input: 'EarnInput', known: [...earnKinds] },
    { input: 'ExpiryPolicyInput', known: [...policyKinds] },
  ])('$input', ({ input, known }) => {
    expect(known.toSorted()).toEqual(rulesSchema.inputs[input]?.fields.map(({ name }) => name).toSorted());
  });
});
