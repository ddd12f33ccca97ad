import { type ResultOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { UnitFields } from '../parts/units.js';

export const ShopTermsFields = graphql(`
  fragment ShopTermsFields on ParticipationTerms {
    id
    number
    validFrom
    validUntil
    savedAt
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

/** Whether there are any, which is all that the navigation needs. */
export const ParticipationIds = graphql(`
  query ParticipationIds {
    participations {
      id
    }
  }
`);

export const ParticipationList = graphql(
  `
    query ParticipationList {
      participations {
        id
        operator
        ownUnit {
          ...UnitFields
        }
        joinedAt
        endedAt
        coalition {
          name
          partner
          state
          points {
            name
            namePlural
            scale
          }
          terms {
            id
          }
          positions {
            currency
            owedMicros
            exposedMicros
          }
        }
      }
    }
  `,
  [UnitFields],
);

export const ParticipationDetails = graphql(
  `
    query ParticipationDetails($id: ID!) {
      participation(id: $id) {
        id
        operator
        ownUnit {
          ...UnitFields
        }
        months
        dailyCap
        joinedAt
        joinedBy {
          kind
          name
        }
        endedAt
        coalition {
          name
          partner
          state
          reason
          rules
          points {
            name
            namePlural
            scale
          }
          terms {
            ...ShopTermsFields
          }
          termsHistory {
            ...ShopTermsFields
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
        }
      }
    }
  `,
  [UnitFields, ShopTermsFields],
);

export const ParticipationSettlements = graphql(`
  query ParticipationSettlements($id: ID!, $after: String) {
    participation(id: $id) {
      id
      settlements(first: 25, after: $after) {
        nodes {
          id
          number
          currency
          period
          firstDay
          lastDay
          state
          carriedInMicros
          amountMicros
          due
          carriedOutMicros
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
          paidAt
          paymentReference
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const ParticipationExchanges = graphql(
  `
    query ParticipationExchanges($id: ID!, $after: String) {
      participation(id: $id) {
        id
        exchanges(first: 25, after: $after) {
          nodes {
            entryId
            memberId
            direction
            ownUnit {
              ...UnitFields
            }
            ownPoints
            points
            convertedAt
            undoneAt
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  `,
  [UnitFields],
);

/** What a code is for; it says so until it is taken, so it is asked for anew each time. */
export const InvitationByCode = graphql(
  `
    query InvitationByCode($code: String!) {
      coalitionInvitation(code: $code) {
        operator
        coalition
        partner
        points {
          name
          namePlural
          scale
        }
        rules
        terms {
          ...ShopTermsFields
        }
        endsAt
      }
    }
  `,
  [ShopTermsFields],
);

export const ParticipationJoin = graphql(`
  mutation ParticipationJoin($input: ParticipationJoinInput!) {
    participationJoin(input: $input) {
      participation {
        id
      }
      ${userErrors}
    }
  }
`);

export const ParticipationUpdate = graphql(`
  mutation ParticipationUpdate($input: ParticipationUpdateInput!) {
    participationUpdate(input: $input) {
      participation {
        id
      }
      ${userErrors}
    }
  }
`);

export const ParticipationEnd = graphql(`
  mutation ParticipationEnd($input: ParticipationEndInput!) {
    participationEnd(input: $input) {
      participation {
        id
      }
      ${userErrors}
    }
  }
`);

export type ParticipationRow = ResultOf<typeof ParticipationList>['participations'][number];
export type ParticipationFields = NonNullable<ResultOf<typeof ParticipationDetails>['participation']>;
export type JoinedCoalition = NonNullable<ParticipationFields['coalition']>;
export type ShopTerms = ResultOf<typeof ShopTermsFields>;
export type ShopSettlement = NonNullable<ResultOf<typeof ParticipationSettlements>['participation']>['settlements']['nodes'][number];
export type Exchange = NonNullable<ResultOf<typeof ParticipationExchanges>['participation']>['exchanges']['nodes'][number];
export type Offer = NonNullable<ResultOf<typeof InvitationByCode>['coalitionInvitation']>;
