import { type ResultOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';

export const SettlementList = graphql(`
  query SettlementList($programId: ID, $partnerId: ID, $state: SettlementState, $after: String) {
    settlements(programId: $programId, partnerId: $partnerId, state: $state, first: 25, after: $after) {
      nodes {
        id
        programId
        partnerId
        partnerName
        number
        currency
        period
        firstDay
        lastDay
        state
        carriedInMicros
        amountMicros
        minimumDue
        due
        carriedOutMicros
        entries
        lines {
          kind
          termsNumber
          originalOn
          entries
          points
          amountMicros
        }
        statementPath
        statementHash
        draftedAt
        approvedAt
        approvedBy {
          name
        }
        paidAt
        paidBy {
          name
        }
        paymentReference
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const Netting = graphql(`
  query Netting($programId: ID!, $firstDay: Date!, $lastDay: Date!) {
    settlementNetting(programId: $programId, firstDay: $firstDay, lastDay: $lastDay) {
      currency
      settlements
      receivable
      payable
      partners
      operator
    }
    clearingTotals(programId: $programId, firstDay: $firstDay, lastDay: $lastDay) {
      currency
      accounts {
        account
        amountMicros
      }
    }
  }
`);

export const SettlementApprove = graphql(`
  mutation SettlementApprove($input: SettlementApproveInput!) {
    settlementApprove(input: $input) {
      settlement {
        id
      }
      ${userErrors}
    }
  }
`);

export const SettlementPay = graphql(`
  mutation SettlementPay($input: SettlementPayInput!) {
    settlementPay(input: $input) {
      settlement {
        id
      }
      ${userErrors}
    }
  }
`);

export type Settlement = ResultOf<typeof SettlementList>['settlements']['nodes'][number];
export type ClearingTotals = ResultOf<typeof Netting>['clearingTotals'][number];
