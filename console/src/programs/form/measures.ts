import { MICRO_DIGITS, currencyDigits } from '../../format/amounts.js';
import type { UnitChoice } from '../../parts/units.js';
import { type Part, isPart } from './shapes.js';

/** How a number of rules is written: so many decimals, and of what. */
export interface Measure {
  readonly digits: number;
  readonly of: string;
}

const plain: Measure = { digits: 0, of: '' };

/**
 * What a `BigInt` of rules counts, by its input and field, since its type does not say: money by the nearest `currency`
 * of the parts around it, points by the nearest `unit`, millionths of a
 * partner's currency, just a number, or what stands beside it (`metric`, `behaviour`,
 * `counts`, the rules' `benefit`). A test finds those that are missing here.
 */
export const counted: Readonly<Record<string, 'money' | 'points' | 'number' | 'micros' | 'metric' | 'behaviour' | 'counts' | 'benefit'>> = {
  'CampaignBonusInput.points': 'points',
  'CampaignBudgetInput.amount': 'benefit',
  'CampaignMemberCapInput.amount': 'benefit',
  'CampaignMinimumInput.amount': 'money',
  'CauseRulesInput.goal': 'money',
  'ConversionRateInput.dailyCap': 'points',
  'ConversionRateInput.minimum': 'number',
  'EarnFixedInput.points': 'points',
  'EarnPerAmountInput.per': 'money',
  'EarnPerAmountInput.points': 'points',
  'EarnPerItemInput.points': 'points',
  'EarnPerOrderInput.points': 'points',
  'EarnPerVisitInput.points': 'points',
  'EarningCapInput.limit': 'counts',
  'GamePlayRuleInput.perDay': 'points',
  'GamePlaysPerAmountInput.per': 'money',
  'GamePlaysPerOrderInput.minimumAmount': 'money',
  'GamePrizeDrawInput.entrantsMax': 'number',
  'GamePrizeInput.perDay': 'number',
  'GamePrizeInput.perMember': 'number',
  'GamePrizeInput.perMemberPerDay': 'number',
  'GamePrizeInput.stock': 'number',
  'GiftCardRulesInput.maximum': 'money',
  'GiftCardRulesInput.minimum': 'money',
  'GiftPointsInput.points': 'points',
  'GivingMatchingInput.perCause': 'money',
  'GivingMatchingInput.total': 'money',
  'GivingRulesInput.minimum': 'points',
  'GivingRulesInput.multiple': 'points',
  'GivingRulesInput.points': 'points',
  'GivingRulesInput.worth': 'money',
  'JointOfferInput.price': 'micros',
  'PassRulesInput.price': 'money',
  'PerkCostInput.amount': 'money',
  'PlanRulesInput.price': 'money',
  'PointsConversionInput.points': 'points',
  'PointsPaymentInput.maximum': 'points',
  'PointsPaymentInput.minimum': 'points',
  'PointsPaymentInput.multiple': 'points',
  'PointsPaymentInput.points': 'points',
  'PointsPaymentInput.worth': 'money',
  'PointsTransfersInput.maximumPerDay': 'points',
  'PointsTransfersInput.minimum': 'points',
  'QuantityBreakInput.points': 'points',
  'QuantityBreakInput.quantity': 'number',
  'ReferralRulesInput.minimum': 'money',
  'RuleConditionsInput.maximumAmount': 'money',
  'RuleConditionsInput.minimumAmount': 'money',
  'StoredValueRulesInput.balanceMaximum': 'money',
  'TaskBehaviourOrdersFromInput.minimum': 'money',
  'TaskStepRulesInput.target': 'behaviour',
  'TierGiftInput.points': 'points',
  'TierThresholdInput.atLeast': 'metric',
  'TopUpBonusBandInput.fromAmount': 'money',
  'TopUpBonusFixedInput.amount': 'money',
  'TopUpRulesInput.maximum': 'money',
  'TopUpRulesInput.minimum': 'money',
};

/** What the field of an input counts, between the parts around it, the innermost first. */
export function measureOf(field: string, around: readonly Part[], units: readonly UnitChoice[]): Measure {
  const [own = {}] = around;
  switch (counted[field]) {
    case 'money':
      return money(around);
    case 'points':
      return points(around, units);
    case 'micros':
      return { digits: MICRO_DIGITS, of: '' };
    case 'metric':
      return ofMetric(own['metric'], units);
    case 'behaviour':
      return ofMetric(own['behaviour'], units);
    case 'counts':
      return own['counts'] === 'TIMES' ? plain : points(around, units);
    case 'benefit': {
      const benefit = around.map((part) => part['benefit']).find(isPart) ?? {};
      return 'multiply' in benefit || 'bonus' in benefit ? points(around, units) : plain;
    }
    default:
      return plain;
  }
}

/** A threshold's: money that was spent, points that were earned or are there; of anything else how often. */
function ofMetric(metric: unknown, units: readonly UnitChoice[]): Measure {
  const [kind, of] = isPart(metric) ? (Object.entries(metric)[0] ?? []) : [];
  if (!isPart(of)) {
    return plain;
  }
  switch (kind) {
    case 'spend':
      return money([of]);
    case 'earned':
    case 'balance':
      return points([of], units);
    default:
      return plain;
  }
}

function money(around: readonly Part[]): Measure {
  const currency = around.map((part) => part['currency']).find((found) => typeof found === 'string' && found !== '');
  return typeof currency === 'string' ? { digits: currencyDigits(currency), of: currency } : plain;
}

function points(around: readonly Part[], units: readonly UnitChoice[]): Measure {
  const slug = around.map((part) => part['unit']).find((found) => typeof found === 'string');
  const unit = units.find((found) => found.slug === slug);
  return unit === undefined ? plain : { digits: unit.scale, of: unit.currency ?? unit.namePlural };
}
