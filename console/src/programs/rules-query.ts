import { type InputOf, type ResultOf, graphql } from '../graphql/graphql.js';

const SelectorFields = graphql(`
  fragment SelectorFields on LineSelector {
    skus
    categories
    tags
    kinds
  }
`);

const CapFields = graphql(`
  fragment CapFields on EarningCap {
    limit
    counts
    period
    per
  }
`);

const EarnFields = graphql(`
  fragment EarnFields on Earn {
    perAmount {
      points
      per
      currency
    }
    perItem {
      points
    }
    perOrder {
      points
    }
    perVisit {
      points
    }
    fixed {
      points
    }
    quantityBreaks {
      breaks {
        quantity
        points
      }
    }
    multiplier {
      factor
      allowBelowOne
    }
    reward {
      reward
    }
  }
`);

const ConditionFields = graphql(`
  fragment ConditionFields on RuleConditions {
    minimumAmount
    maximumAmount
    currency
    channels
    partners
    weekdays
    hours {
      fromTime
      untilTime
    }
    startsOn
    endsOn
    segments
    tiers
    tierProgram
    firstTimeOnly
    codes
    tenders
    when
  }
`);

const RuleFields = graphql(
  `
    fragment RuleFields on EarningRule {
      id
      name
      earn {
        ...EarnFields
      }
      on
      items {
        include {
          ...SelectorFields
        }
        exclude {
          ...SelectorFields
        }
      }
      conditions {
        ...ConditionFields
      }
      caps {
        ...CapFields
      }
    }
  `,
  [EarnFields, SelectorFields, ConditionFields, CapFields],
);

const ExpiryFields = graphql(`
  fragment ExpiryFields on PointsExpiry {
    policies {
      never
      monthsAfterEarning {
        months
      }
      endOfMonth {
        months
      }
      monthsInactive {
        months
      }
      fixedDate {
        month
        day
      }
      endOfCalendarYear {
        years
      }
    }
    exemptTiers
    tierProgram
    warnDays
  }
`);

/** All of a points program's rules. */
export const PointsRulesFields = graphql(
  `
    fragment PointsRulesFields on PointsRules {
      unit
      rules {
        ...RuleFields
      }
      base {
        deductDiscounts
        tax
        shipping
        giftCards
        topUps
        donations
        rewards
        paidWithPoints
        paidWithStoredValue
        paidWithGiftCards
      }
      rounding
      pending {
        days {
          days
        }
        trigger {
          trigger
        }
      }
      expiry {
        ...ExpiryFields
      }
      clawback
      caps {
        ...CapFields
      }
      transfers {
        maximumPerDay
        minimum
      }
      conversion {
        points
        gift {
          points {
            unit
            points
            expiresAfterMonths
          }
          reward {
            reward
          }
        }
      }
      payment {
        points
        worth
        currency
        minimum
        multiple
        maximum
        maximumSharePercent
      }
    }
  `,
  [RuleFields, ExpiryFields, CapFields],
);

export type PointsRules = ResultOf<typeof PointsRulesFields>;
export type EarningRule = PointsRules['rules'][number];
export type PointsRulesInput = InputOf<'PointsRulesInput'>;
export type EarningRuleInput = InputOf<'EarningRuleInput'>;
