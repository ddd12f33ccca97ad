import { currencyDigits, fromSmallest } from '../format/amounts.js';
import { newKey } from '../format/keys.js';
import type { Part } from './form/shapes.js';
import { newPolicy, newRule } from './new-values.js';
import { withoutNulls } from './raw/raw-rules.js';
import type { EarningRule, PointsRules } from './rules-query.js';
import {
  type CapValues,
  type EarnKind,
  type PaymentValues,
  type PendingValues,
  type PolicyValues,
  type RuleValues,
  type RulesValues,
  earnKinds,
  policyKinds,
} from './rules-values.js';

/** Rules as the editor shows them. Points are of a unit with `scale` digits; a new rule would earn on `currency`. */
export function fromRules(rules: PointsRules, scale: number, currency: string): RulesValues {
  return {
    unit: rules.unit,
    rules: rules.rules.map((rule) => fromRule(rule, scale, currency)),
    base: { ...rules.base },
    rounding: rules.rounding,
    pending: fromPending(rules.pending),
    expiry: {
      policies: rules.expiry.policies.map(fromPolicy),
      exemptTiers: [...rules.expiry.exemptTiers],
      tierProgram: rules.expiry.tierProgram ?? '',
      warnDays: rules.expiry.warnDays.map(String),
    },
    clawback: rules.clawback,
    caps: rules.caps.map((cap) => fromCap(cap, scale)),
    payment: fromPayment(rules.payment, scale, currency),
    more: withoutNulls({ transfers: rules.transfers, conversion: rules.conversion }) as Part,
  };
}

function fromRule(rule: EarningRule, scale: number, currency: string): RuleValues {
  const blank = newRule(currency, []);
  const { conditions } = rule;
  const digits = currencyDigits(conditions.currency ?? currency);
  const amount = (minor: number | null): string => (minor === null ? '' : fromSmallest(minor, digits));
  return {
    key: newKey(),
    id: rule.id,
    name: rule.name,
    kind: earnKinds.find((kind) => rule.earn[kind] !== null) ?? 'fixed',
    earn: { ...blank.earn, ...fromEarn(rule.earn, scale) },
    on: [...rule.on],
    items: {
      include: copied(rule.items.include),
      exclude: copied(rule.items.exclude),
    },
    conditions: {
      minimumAmount: amount(conditions.minimumAmount),
      maximumAmount: amount(conditions.maximumAmount),
      currency: conditions.currency ?? '',
      channels: [...conditions.channels],
      partners: [...conditions.partners],
      weekdays: conditions.weekdays.map(String),
      hours: conditions.hours.map((hours) => ({ key: newKey(), ...hours })),
      startsOn: conditions.startsOn ?? '',
      endsOn: conditions.endsOn ?? '',
      segments: [...conditions.segments],
      tiers: [...conditions.tiers],
      tierProgram: conditions.tierProgram ?? '',
      firstTimeOnly: conditions.firstTimeOnly,
      codes: [...conditions.codes],
      tenders: [...conditions.tenders],
      when: conditions.when ?? '',
    },
    caps: rule.caps.map((cap) => fromCap(cap, scale)),
  };
}

function fromEarn(earn: EarningRule['earn'], scale: number): Partial<RuleValues['earn']> {
  const points = (amount: number): string => fromSmallest(amount, scale);
  const counted = (['perItem', 'perOrder', 'perVisit', 'fixed'] as const satisfies EarnKind[]).flatMap((kind) => {
    const found = earn[kind];
    return found === null ? [] : [[kind, { points: points(found.points) }] as const];
  });
  const { perAmount, quantityBreaks, multiplier, reward } = earn;
  return {
    ...Object.fromEntries(counted),
    ...(perAmount === null
      ? {}
      : {
          perAmount: {
            points: points(perAmount.points),
            per: fromSmallest(perAmount.per, currencyDigits(perAmount.currency)),
            currency: perAmount.currency,
          },
        }),
    ...(quantityBreaks === null
      ? {}
      : {
          quantityBreaks: {
            breaks: quantityBreaks.breaks.map((step) => ({
              key: newKey(),
              quantity: step.quantity,
              points: points(step.points),
            })),
          },
        }),
    ...(multiplier === null ? {} : { multiplier: { ...multiplier } }),
    ...(reward === null ? {} : { reward: { ...reward } }),
  };
}

function copied(selector: EarningRule['items']['include']): RuleValues['items']['include'] {
  return {
    skus: [...selector.skus],
    categories: [...selector.categories],
    tags: [...selector.tags],
    kinds: [...selector.kinds],
  };
}

function fromCap(cap: PointsRules['caps'][number], scale: number): CapValues {
  return { key: newKey(), ...cap, limit: fromSmallest(cap.limit, cap.counts === 'POINTS' ? scale : 0) };
}

function fromPending(pending: PointsRules['pending']): PendingValues {
  return {
    kind: pending?.days ? 'days' : pending?.trigger ? 'trigger' : 'none',
    days: { days: pending?.days?.days ?? 14 },
    trigger: { trigger: pending?.trigger?.trigger ?? 'delivered' },
  };
}

function fromPolicy(policy: PointsRules['expiry']['policies'][number]): PolicyValues {
  const blank = newPolicy();
  return {
    key: blank.key,
    kind: policyKinds.find((kind) => policy[kind] !== null) ?? 'never',
    monthsAfterEarning: { ...(policy.monthsAfterEarning ?? blank.monthsAfterEarning) },
    endOfMonth: { ...(policy.endOfMonth ?? blank.endOfMonth) },
    monthsInactive: { ...(policy.monthsInactive ?? blank.monthsInactive) },
    fixedDate: { ...(policy.fixedDate ?? blank.fixedDate) },
    endOfCalendarYear: { ...(policy.endOfCalendarYear ?? blank.endOfCalendarYear) },
  };
}

function fromPayment(payment: PointsRules['payment'], scale: number, currency: string): PaymentValues {
  if (payment === null) {
    return {
      enabled: false,
      points: 100,
      worth: 1,
      currency,
      minimum: '',
      multiple: '',
      maximum: '',
      maximumSharePercent: 100,
    };
  }
  const points = (amount: number): string => fromSmallest(amount, scale);
  return {
    enabled: true,
    points: points(payment.points),
    worth: fromSmallest(payment.worth, currencyDigits(payment.currency)),
    currency: payment.currency,
    minimum: payment.minimum === 0 ? '' : points(payment.minimum),
    multiple: payment.multiple === 1 ? '' : points(payment.multiple),
    maximum: payment.maximum === null ? '' : points(payment.maximum),
    maximumSharePercent: payment.maximumSharePercent,
  };
}
