import type { Typed } from '../format/amounts.js';
import type { InputOf } from '../graphql/graphql.js';
import type { Part } from './form/shapes.js';
import type { PointsRules } from './rules-query.js';

/**
 * What the editor of a points program holds. Its paths are those of the API's input, so that a finding about
 * `points.rules[2].earn.perAmount.per` belongs to the field `rules.2.earn.perAmount.per`. Where the input takes one of
 * several, the form holds all of them and a `kind`, so that nothing typed is lost by trying another.
 */
export interface RulesValues {
  unit: string;
  rules: RuleValues[];
  base: PointsRules['base'];
  rounding: InputOf<'Rounding'>;
  pending: PendingValues;
  expiry: ExpiryValues;
  clawback: InputOf<'Clawback'>;
  caps: CapValues[];
  payment: PaymentValues;
  /** What has no fields of its own here: edited as the API takes it. */
  more: Part;
}

export const earnKinds = [
  'perAmount',
  'perItem',
  'perOrder',
  'perVisit',
  'fixed',
  'quantityBreaks',
  'multiplier',
  'reward',
] as const;

export type EarnKind = (typeof earnKinds)[number];

export interface RuleValues {
  /** Tells rules apart while they are reordered; not part of the rules. */
  key: string;
  id: string;
  name: string;
  kind: EarnKind;
  earn: {
    perAmount: { points: Typed; per: Typed; currency: string };
    perItem: { points: Typed };
    perOrder: { points: Typed };
    perVisit: { points: Typed };
    fixed: { points: Typed };
    quantityBreaks: { breaks: { key: string; quantity: Typed; points: Typed }[] };
    multiplier: { factor: string; allowBelowOne: boolean };
    reward: { reward: string };
  };
  on: string[];
  items: { include: SelectorValues; exclude: SelectorValues };
  conditions: ConditionValues;
  caps: CapValues[];
}

export interface SelectorValues {
  skus: string[];
  categories: string[];
  tags: string[];
  kinds: InputOf<'LineKind'>[];
}

export interface ConditionValues {
  minimumAmount: Typed;
  maximumAmount: Typed;
  currency: string;
  channels: string[];
  partners: string[];
  weekdays: string[];
  hours: { key: string; fromTime: string; untilTime: string }[];
  startsOn: string;
  endsOn: string;
  segments: string[];
  tiers: string[];
  tierProgram: string;
  firstTimeOnly: boolean;
  codes: string[];
  tenders: InputOf<'TenderKind'>[];
  when: string;
}

export interface CapValues {
  key: string;
  limit: Typed;
  counts: InputOf<'CapCounts'>;
  period: InputOf<'CapPeriod'>;
  per: InputOf<'CapOwner'>;
}

export interface PendingValues {
  kind: 'none' | 'days' | 'trigger';
  days: { days: Typed };
  trigger: { trigger: string };
}

export const policyKinds = [
  'monthsAfterEarning',
  'endOfMonth',
  'monthsInactive',
  'fixedDate',
  'endOfCalendarYear',
  'never',
] as const;

export type PolicyKind = (typeof policyKinds)[number];

export interface PolicyValues {
  key: string;
  kind: PolicyKind;
  monthsAfterEarning: { months: Typed };
  endOfMonth: { months: Typed };
  monthsInactive: { months: Typed };
  fixedDate: { month: Typed; day: Typed };
  endOfCalendarYear: { years: Typed };
}

export interface ExpiryValues {
  policies: PolicyValues[];
  exemptTiers: string[];
  tierProgram: string;
  warnDays: string[];
}

export interface PaymentValues {
  enabled: boolean;
  points: Typed;
  worth: Typed;
  currency: string;
  minimum: Typed;
  multiple: Typed;
  maximum: Typed;
  maximumSharePercent: Typed;
}
