import { graphql } from './graphql.js';
import type { ResultOf, VariablesOf } from './graphql.js';

/** All that the panel shows at first: of the member, if one is signed in, of the program and of the rewards. */
export const OverviewDocument = graphql(`
  query GuerdonOverview {
    me {
      id
      name
      balances {
        unit { id name namePlural scale }
        available
        pending
        held
        expiries { amount lastDay }
        lapsesAt
      }
      redemptions(first: 20) {
        nodes {
          id
          state
          reservedAt
          reward { id name }
          voucher { code expiresAt }
        }
      }
    }
    program {
      id
      name
      expiry
      unit { id name namePlural scale }
      waysToEarn { ruleId name text }
    }
    rewards(first: 50) {
      nodes {
        id
        name
        description
        points
        unit { id name namePlural scale }
        imageUrl
        endsAt
        inStock
        affordable
        pointsMissing
        shops
        partners
      }
    }
  }
`);

/** What a cart would earn, and why. */
export const QuoteDocument = graphql(`
  query GuerdonQuote($input: QuoteInput!) {
    quote(input: $input) {
      quote {
        earns {
          unit { id name namePlural scale }
          amount
          state
          maturesAt
        }
        explanation
        expiresAt
      }
      userErrors { code field message }
    }
  }
`);

export type Overview = ResultOf<typeof OverviewDocument>;
export type Member = NonNullable<Overview['me']>;
export type Balance = Member['balances'][number];
export type Unit = Balance['unit'];
export type Program = NonNullable<Overview['program']>;
export type Reward = Overview['rewards']['nodes'][number];
export type Quote = NonNullable<ResultOf<typeof QuoteDocument>['quote']['quote']>;
export type CartInput = VariablesOf<typeof QuoteDocument>['input']['cart'];
