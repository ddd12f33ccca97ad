import { type ResultOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';

/** Activities that were more than a limit allows, and wait for a person. */
export const HeldActivities = graphql(`
  query HeldActivities($after: String) {
    activityReviews(first: 25, after: $after) {
      nodes {
        activity {
          id
          kind
          memberId
          occurredAt
          orderId
          reference
          currency
          channel
          lines {
            amount
            discount
          }
        }
        heldAt
        text
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** Referrals whose two sides look like one person, and wait for staff. */
export const QualifiedReferrals = graphql(`
  query QualifiedReferrals($after: String) {
    referrals(state: QUALIFIED, first: 25, after: $after) {
      nodes {
        id
        programId
        referrerId
        friendId
        signs
        orderId
        claimedAt
        qualifiedAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const ActivityReview = graphql(`
  mutation ActivityReview($input: ActivityReviewInput!) {
    activityReview(input: $input) {
      activity {
        state
      }
      ${userErrors}
    }
  }
`);

export const ReferralReview = graphql(`
  mutation ReferralReview($input: ReferralReviewInput!) {
    referralReview(input: $input) {
      referral {
        state
      }
      ${userErrors}
    }
  }
`);

export const ActivityLimits = graphql(`
  query ActivityLimits {
    activityLimits {
      kind
      per
      times
      amount
      currency
    }
  }
`);

export const ActivityLimitsSet = graphql(`
  mutation ActivityLimitsSet($input: ActivityLimitsSetInput!) {
    activityLimitsSet(input: $input) {
      limits {
        kind
      }
      ${userErrors}
    }
  }
`);

export type Held = ResultOf<typeof HeldActivities>['activityReviews']['nodes'][number];
export type Qualified = ResultOf<typeof QualifiedReferrals>['referrals']['nodes'][number];
export type Limit = ResultOf<typeof ActivityLimits>['activityLimits'][number];
