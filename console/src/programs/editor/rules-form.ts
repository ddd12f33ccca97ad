import type { UseFormReturnType } from '@mantine/form';

import type { EarnKind, PolicyKind, RulesValues } from '../rules-values.js';

/** The editor's form, handed to each of its parts. */
export type RulesForm = UseFormReturnType<RulesValues>;

/** Number fields of points and whole numbers look alike everywhere. */
export const numberProps = { min: 0, thousandSeparator: ',', allowNegative: false } as const;

export const earnWords: Record<EarnKind, string> = {
  perAmount: 'Points per amount spent',
  perItem: 'Points per item',
  perOrder: 'Points per order',
  perVisit: 'Points per visit',
  fixed: 'Fixed bonus',
  quantityBreaks: 'Points by quantity',
  multiplier: 'Multiplier',
  reward: 'Reward of the catalogue',
};

export const policyWords: Record<PolicyKind, string> = {
  monthsAfterEarning: 'Months after earning',
  endOfMonth: 'Months after the end of the month of earning',
  monthsInactive: 'Months without activity',
  fixedDate: 'On a date every year',
  endOfCalendarYear: 'At the end of a year',
  never: 'Never',
};

export const activityKinds = [
  'purchase',
  'signup',
  'review',
  'referral',
  'birthday',
  'anniversary',
  'check_in',
  'visit',
  'share',
  'follow',
  'post',
  'survey',
  'profile_field',
  'event_attended',
  'idea_adopted',
] as const;
