import { type ResultOf, type VariablesOf, graphql } from '../graphql/graphql.js';
import { RedemptionFields } from '../redemptions/redemption-rows.js';

export const DidActivities = graphql(`
  query DidActivities($partnerId: ID!, $period: PeriodInput, $after: String) {
    partnerActivities(partnerId: $partnerId, period: $period, first: 25, after: $after) {
      nodes {
        id
        memberId
        kind
        state
        points
        orderId
        recordedAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const DidRedemptions = graphql(
  `
    query DidRedemptions($partnerId: ID!, $period: PeriodInput, $after: String) {
      partnerRedemptions(partnerId: $partnerId, period: $period, first: 25, after: $after) {
        nodes {
          ...RedemptionFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [RedemptionFields],
);

export const DidConversions = graphql(`
  query DidConversions($partnerId: ID!, $period: PeriodInput, $after: String) {
    partnerConversions(partnerId: $partnerId, period: $period, first: 25, after: $after) {
      nodes {
        id
        memberId
        direction
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
`);

export const DidPerks = graphql(`
  query DidPerks($partnerId: ID!, $period: PeriodInput, $after: String) {
    partnerOfferUses(partnerId: $partnerId, period: $period, first: 25, after: $after) {
      nodes {
        id
        memberId
        offer
        orderId
        usedAt
        givenBackAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export type Wanted = VariablesOf<typeof DidActivities>;
export type DidActivity = ResultOf<typeof DidActivities>['partnerActivities']['nodes'][number];
export type DidConversion = ResultOf<typeof DidConversions>['partnerConversions']['nodes'][number];
export type DidPerk = ResultOf<typeof DidPerks>['partnerOfferUses']['nodes'][number];
