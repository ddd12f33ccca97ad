import { type ResultOf, graphql } from '../graphql/graphql.js';
import { UnitFields } from '../parts/units.js';

/** The coalitions of the tenant, most of which have one at most. */
export const Coalitions = graphql(
  `
    query Coalitions {
      programs(first: 100, kind: COALITION) {
        nodes {
          id
          name
          unit {
            ...UnitFields
          }
        }
      }
    }
  `,
  [UnitFields],
);

export const TermsFields = graphql(`
  fragment TermsFields on PartnerTerms {
    id
    number
    validFrom
    validUntil
    savedAt
    savedBy {
      kind
      name
    }
    currency
    issuePriceMicros
    reimbursementPriceMicros
    period
    prepaid
    blockAlert
    creditLimit
    earn
    burn
    promotions
    caps {
      issuedPerDay
      issuedPerMemberPerDay
      takenPerDay
      takenPerMemberPerDay
    }
    holdHoursFromOthers
    minimumDue
    fee
  }
`);

export const PartnerList = graphql(
  `
    query PartnerList($programId: ID!, $after: String) {
      partners(programId: $programId, first: 50, after: $after) {
        nodes {
          id
          slug
          name
          state
          openFrom
          openTo
          terms {
            ...TermsFields
          }
          positions {
            currency
            owedMicros
            exposedMicros
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [TermsFields],
);

/** What a coalition's first partners are called in rules and rewards. */
export const PartnerSlugs = graphql(`
  query PartnerSlugs($programId: ID!) {
    partners(programId: $programId, first: 100) {
      nodes {
        slug
      }
    }
  }
`);

export const CoalitionExposure = graphql(`
  query CoalitionExposure($programId: ID!) {
    coalitionExposure(programId: $programId) {
      currency
      receivableMicros
      partnersOwing
      payableMicros
      partnersOwed
      exposedMicros
    }
  }
`);

export const PartnerDetails = graphql(
  `
    query PartnerDetails($id: ID!) {
      partner(id: $id) {
        id
        programId
        slug
        name
        state
        reason
        shop
        openFrom
        openTo
        createdAt
        unit {
          ...UnitFields
        }
        terms {
          ...TermsFields
        }
        termsAhead {
          ...TermsFields
        }
        termsHistory {
          ...TermsFields
        }
        positions {
          currency
          owedMicros
          exposedMicros
        }
        blocks {
          id
          points
          remaining
          priceMicros
          currency
          boughtAt
          note
        }
        webhook {
          host
          kinds
          disabledAt
          disabledReason
          lastSuccessAt
          consecutiveFailures
          failingSince
          pausedUntil
        }
      }
    }
  `,
  [UnitFields, TermsFields],
);

export const ClearingEntries = graphql(`
  query ClearingEntries($partnerId: ID!, $kind: ClearingKind, $firstDay: Date, $lastDay: Date, $after: String) {
    clearingEntries(partnerId: $partnerId, kind: $kind, firstDay: $firstDay, lastDay: $lastDay, first: 25, after: $after) {
      nodes {
        id
        kind
        fromAccount
        toAccount
        amountMicros
        owedMicros
        currency
        points
        priceMicros
        originalOn
        note
        bookedOn
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export type Coalition = ResultOf<typeof Coalitions>['programs']['nodes'][number];
export type Terms = ResultOf<typeof TermsFields>;
export type PartnerRow = ResultOf<typeof PartnerList>['partners']['nodes'][number];
export type PartnerFields = NonNullable<ResultOf<typeof PartnerDetails>['partner']>;
export type Position = PartnerRow['positions'][number];
export type Block = PartnerFields['blocks'][number];
export type ClearingEntry = ResultOf<typeof ClearingEntries>['clearingEntries']['nodes'][number];
