import { graphql } from './graphql.js';
import type { ResultOf } from './graphql.js';

/** Points spent on a reward, answered with its code. */
export const RedeemDocument = graphql(`
  mutation GuerdonRedeem($input: RedeemInput!) {
    redeem(input: $input) {
      redemption {
        id
        state
        points
        reservedAt
        reward { id name }
        voucher { code expiresAt }
      }
      userErrors { code field message }
    }
  }
`);

/** One page of what happened to the member's points. */
export const HistoryDocument = graphql(`
  query GuerdonHistory($after: String) {
    me {
      id
      history(first: 10, after: $after) {
        nodes {
          id
          kind
          at
          unit { id name namePlural scale }
          points
          state
          orderId
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export type Redeemed = NonNullable<ResultOf<typeof RedeemDocument>['redeem']['redemption']>;
export type HistoryPage = NonNullable<ResultOf<typeof HistoryDocument>['me']>['history'];
export type HistoryEntry = HistoryPage['nodes'][number];
