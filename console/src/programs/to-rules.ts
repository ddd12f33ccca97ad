import { type Typed, currencyDigits, toSmallest } from '../format/amounts.js';
import type { EarningRuleInput, PointsRulesInput } from './rules-query.js';
import type {
  CapValues,
  ConditionValues,
  PaymentValues,
  PendingValues,
  PolicyValues,
  RuleValues,
  RulesValues,
} from './rules-values.js';

/** The rules that the editor holds, or by the path of each field why it is none. */
export type Read =
  | { readonly rules: PointsRulesInput; readonly problems: null }
  | { readonly rules: null; readonly problems: Record<string, string> };

/** Reads the editor. Only what is no number is found here; whether the rules make sense says `programValidate`. */
export function toRules(values: RulesValues, scale: number): Read {
  const numbers = new Numbers(scale);
  const rules: PointsRulesInput = {
    unit: values.unit,
    rules: values.rules.map((rule, index) => toRule(rule, `rules.${index}`, numbers)),
    base: values.base,
    rounding: values.rounding,
    pending: toPending(values.pending, numbers),
    expiry: {
      policies: values.expiry.policies.map((policy, index) => toPolicy(policy, `expiry.policies.${index}`, numbers)),
      exemptTiers: values.expiry.exemptTiers,
      tierProgram: textOrNull(values.expiry.tierProgram),
      warnDays: values.expiry.warnDays.map((days) => numbers.whole('expiry.warnDays', days)),
    },
    clawback: values.clawback,
    caps: values.caps.map((cap, index) => toCap(cap, `caps.${index}`, numbers)),
    payment: values.payment.enabled ? toPayment(values.payment, numbers) : null,
    ...values.more,
  };
  return numbers.sound ? { rules, problems: null } : { rules: null, problems: numbers.problems };
}

function toRule(rule: RuleValues, path: string, numbers: Numbers): EarningRuleInput {
  return {
    id: rule.id.trim(),
    name: rule.name.trim(),
    earn: toEarn(rule, `${path}.earn`, numbers),
    on: rule.on,
    items: rule.items,
    conditions: toConditions(rule.conditions, `${path}.conditions`, numbers),
    caps: rule.caps.map((cap, index) => toCap(cap, `${path}.caps.${index}`, numbers)),
  };
}

function toEarn({ kind, earn }: RuleValues, path: string, numbers: Numbers): EarningRuleInput['earn'] {
  const at = `${path}.${kind}`;
  switch (kind) {
    case 'perAmount': {
      const { points, per, currency } = earn.perAmount;
      return {
        perAmount: {
          points: numbers.points(`${at}.points`, points),
          per: numbers.money(`${at}.per`, per, currency),
          currency,
        },
      };
    }
    case 'perItem':
      return { perItem: { points: numbers.points(`${at}.points`, earn.perItem.points) } };
    case 'perOrder':
      return { perOrder: { points: numbers.points(`${at}.points`, earn.perOrder.points) } };
    case 'perVisit':
      return { perVisit: { points: numbers.points(`${at}.points`, earn.perVisit.points) } };
    case 'fixed':
      return { fixed: { points: numbers.points(`${at}.points`, earn.fixed.points) } };
    case 'quantityBreaks':
      return {
        quantityBreaks: {
          breaks: earn.quantityBreaks.breaks.map(({ quantity, points }, index) => ({
            quantity: numbers.whole(`${at}.breaks.${index}.quantity`, quantity),
            points: numbers.points(`${at}.breaks.${index}.points`, points),
          })),
        },
      };
    case 'multiplier':
      return { multiplier: { ...earn.multiplier, factor: earn.multiplier.factor.trim() } };
    case 'reward':
      return { reward: { reward: earn.reward.reward.trim() } };
  }
}

function toConditions(
  values: ConditionValues,
  path: string,
  numbers: Numbers,
): NonNullable<EarningRuleInput['conditions']> {
  const amount = (field: 'minimumAmount' | 'maximumAmount'): number | null =>
    isEmpty(values[field]) ? null : numbers.money(`${path}.${field}`, values[field], values.currency);
  return {
    minimumAmount: amount('minimumAmount'),
    maximumAmount: amount('maximumAmount'),
    currency: textOrNull(values.currency),
    channels: values.channels,
    partners: values.partners,
    weekdays: values.weekdays.map(Number).toSorted((one, other) => one - other),
    hours: values.hours.map(({ fromTime, untilTime }) => ({ fromTime, untilTime })),
    startsOn: textOrNull(values.startsOn),
    endsOn: textOrNull(values.endsOn),
    segments: values.segments,
    tiers: values.tiers,
    tierProgram: textOrNull(values.tierProgram),
    firstTimeOnly: values.firstTimeOnly,
    codes: values.codes,
    tenders: values.tenders,
    when: textOrNull(values.when),
  };
}

function toCap({ limit, counts, period, per }: CapValues, path: string, numbers: Numbers) {
  const read = counts === 'POINTS' ? numbers.points : numbers.whole;
  return { limit: read(`${path}.limit`, limit), counts, period, per };
}

function toPending(pending: PendingValues, numbers: Numbers): NonNullable<PointsRulesInput['pending']> | null {
  switch (pending.kind) {
    case 'none':
      return null;
    case 'days':
      return { days: { days: numbers.whole('pending.days.days', pending.days.days) } };
    case 'trigger':
      return { trigger: { trigger: pending.trigger.trigger.trim() } };
  }
}

function toPolicy(
  policy: PolicyValues,
  path: string,
  numbers: Numbers,
): NonNullable<NonNullable<PointsRulesInput['expiry']>['policies']>[number] {
  const at = `${path}.${policy.kind}`;
  switch (policy.kind) {
    case 'monthsAfterEarning':
      return { monthsAfterEarning: { months: numbers.whole(`${at}.months`, policy.monthsAfterEarning.months) } };
    case 'endOfMonth':
      return { endOfMonth: { months: numbers.whole(`${at}.months`, policy.endOfMonth.months) } };
    case 'monthsInactive':
      return { monthsInactive: { months: numbers.whole(`${at}.months`, policy.monthsInactive.months) } };
    case 'fixedDate':
      return {
        fixedDate: {
          month: numbers.whole(`${at}.month`, policy.fixedDate.month),
          day: numbers.whole(`${at}.day`, policy.fixedDate.day),
        },
      };
    case 'endOfCalendarYear':
      return { endOfCalendarYear: { years: numbers.whole(`${at}.years`, policy.endOfCalendarYear.years) } };
    case 'never':
      return { never: true };
  }
}

function toPayment(payment: PaymentValues, numbers: Numbers): NonNullable<PointsRulesInput['payment']> {
  const points = (field: 'points' | 'minimum' | 'multiple' | 'maximum'): number =>
    numbers.points(`payment.${field}`, payment[field]);
  return {
    points: points('points'),
    worth: numbers.money('payment.worth', payment.worth, payment.currency),
    currency: payment.currency,
    minimum: isEmpty(payment.minimum) ? 0 : points('minimum'),
    multiple: isEmpty(payment.multiple) ? 1 : points('multiple'),
    maximum: isEmpty(payment.maximum) ? null : points('maximum'),
    maximumSharePercent: numbers.whole('payment.maximumSharePercent', payment.maximumSharePercent),
  };
}

/** Reads number fields and remembers which hold none. */
class Numbers {
  readonly problems: Record<string, string> = {};
  readonly #scale: number;

  constructor(scale: number) {
    this.#scale = scale;
  }

  get sound(): boolean {
    return Object.keys(this.problems).length === 0;
  }

  readonly points = (path: string, typed: Typed): number => this.#read(path, typed, this.#scale);

  readonly whole = (path: string, typed: Typed): number => this.#read(path, typed, 0);

  readonly money = (path: string, typed: Typed, currency: string): number =>
    this.#read(path, typed, currencyDigits(currency));

  #read(path: string, typed: Typed, digits: number): number {
    const amount = toSmallest(typed, digits);
    if (amount === null) {
      this.problems[path] = digits === 0 ? 'Enter a whole number.' : `Enter a number with at most ${digits} decimals.`;
    }
    return amount ?? 0;
  }
}

function isEmpty(typed: Typed): boolean {
  return String(typed).trim() === '';
}

function textOrNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
