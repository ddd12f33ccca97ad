import { type ResultOf, graphql } from '../graphql/graphql.js';
import { UnitFields } from '../parts/units.js';

export const BalanceFields = graphql(
  `
    fragment BalanceFields on Balance {
      unit {
        ...UnitFields
      }
      available
      pending
      held
      deficit
      expiries {
        amount
        lastDay
        expiresAt
      }
      lapsesAt
    }
  `,
  [UnitFields],
);

export const MemberProfile = graphql(
  `
    query MemberProfile($id: ID!) {
      member(id: $id) {
        id
        externalId
        state
        name
        email
        phone
        birthday
        locale
        tags
        attributes {
          name
          value
        }
        consents {
          purpose
          granted
          recordedAt
          source
        }
        dependants {
          id
          kind
          name
          birthday
        }
        joinedAt
        mergedInto
        erasedAt
        balances {
          ...BalanceFields
        }
      }
    }
  `,
  [BalanceFields],
);

export const BalancesAsOf = graphql(
  `
    query BalancesAsOf($id: ID!, $asOf: DateTime!) {
      member(id: $id) {
        id
        balances(asOf: $asOf) {
          ...BalanceFields
        }
      }
    }
  `,
  [BalanceFields],
);

export type MemberFields = NonNullable<ResultOf<typeof MemberProfile>['member']>;
export type Balance = ResultOf<typeof BalanceFields>;
