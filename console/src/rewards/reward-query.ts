import { type ResultOf, graphql } from '../graphql/graphql.js';

export const RewardFields = graphql(`
  fragment RewardFields on Reward {
    id
    slug
    name
    description
    kind
    unit {
      id
      slug
      name
      namePlural
      scale
    }
    points
    terms {
      amountOff {
        amount {
          amount
          currency
        }
        minimumOrder {
          amount
          currency
        }
      }
      percentOff {
        percent
        atMost {
          amount
          currency
        }
        minimumOrder {
          amount
          currency
        }
      }
      freeProduct {
        sku
        quantity
      }
      freeShipping {
        minimumOrder {
          amount
          currency
        }
      }
      giftCard {
        amount {
          amount
          currency
        }
      }
      storeCredit {
        amount {
          amount
          currency
        }
      }
      experience {
        instructions
      }
      donation {
        cause
        amount {
          amount
          currency
        }
      }
      partnerReward {
        partner
        instructions
      }
      pointsAndCash {
        sku
        quantity
        cash {
          amount
          currency
        }
      }
    }
    tiers
    segments
    stock
    stockLeft
    limitPerMember
    voucherSource
    vouchers {
      available
      reserved
      issued
      void
    }
    imageUrl
    position
    startsAt
    endsAt
    archivedAt
    shops
    partners
  }
`);

export const RewardList = graphql(
  `
    query RewardList($archived: Boolean!, $after: String) {
      rewards(archived: $archived, first: 50, after: $after) {
        nodes {
          ...RewardFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [RewardFields],
);

export const RewardDetails = graphql(
  `
    query RewardDetails($id: ID!) {
      reward(id: $id) {
        ...RewardFields
      }
    }
  `,
  [RewardFields],
);

export type Reward = ResultOf<typeof RewardFields>;
