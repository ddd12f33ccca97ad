import { type ResultOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';

export const GiftCardFields = graphql(`
  fragment GiftCardFields on GiftCard {
    id
    currency
    amount
    balance
    state
    lastCharacters
    hasPin
    purchaserId
    orderId
    issuedAt
    expiresAt
  }
`);

export const GiftCardList = graphql(
  `
    query GiftCardList($purchaserId: ID, $after: String) {
      giftCards(purchaserId: $purchaserId, first: 25, after: $after) {
        nodes {
          ...GiftCardFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [GiftCardFields],
);

export const GiftCardByCode = graphql(
  `
    query GiftCardByCode($code: String!, $pin: String) {
      giftCard(code: $code, pin: $pin) {
        ...GiftCardFields
      }
    }
  `,
  [GiftCardFields],
);

export const GiftCardIssue = graphql(`
  mutation GiftCardIssue($input: GiftCardIssueInput!) {
    giftCardIssue(input: $input) {
      code
      pin
      ${userErrors}
    }
  }
`);

export const GiftCardReissue = graphql(`
  mutation GiftCardReissue($input: GiftCardReissueInput!) {
    giftCardReissue(input: $input) {
      code
      pin
      ${userErrors}
    }
  }
`);

export const GiftCardTransferToBalance = graphql(`
  mutation GiftCardTransferToBalance($input: GiftCardTransferToBalanceInput!) {
    giftCardTransferToBalance(input: $input) {
      giftCard {
        id
      }
      ${userErrors}
    }
  }
`);

export const GiftCardDisable = graphql(`
  mutation GiftCardDisable($input: GiftCardDisableInput!) {
    giftCardDisable(input: $input) {
      giftCard {
        id
      }
      ${userErrors}
    }
  }
`);

export type GiftCard = ResultOf<typeof GiftCardFields>;
