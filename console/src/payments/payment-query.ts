import { type ResultOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';

export const PaymentFields = graphql(`
  fragment PaymentFields on Payment {
    id
    memberId
    currency
    amount
    captured
    returned
    state
    orderId
    authorizedAt
    endsAt
    parts {
      source
      lastCharacters
      amount
    }
  }
`);

export const PaymentList = graphql(
  `
    query PaymentList($orderId: String, $memberId: ID, $after: String) {
      payments(orderId: $orderId, memberId: $memberId, first: 25, after: $after) {
        nodes {
          ...PaymentFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [PaymentFields],
);

export const StoredValueCapture = graphql(`
  mutation StoredValueCapture($input: StoredValueCaptureInput!) {
    storedValueCapture(input: $input) {
      payment {
        id
      }
      ${userErrors}
    }
  }
`);

export const StoredValueVoid = graphql(`
  mutation StoredValueVoid($input: StoredValueVoidInput!) {
    storedValueVoid(input: $input) {
      payment {
        id
      }
      ${userErrors}
    }
  }
`);

export const StoredValueRefund = graphql(`
  mutation StoredValueRefund($input: StoredValueRefundInput!) {
    storedValueRefund(input: $input) {
      payment {
        id
      }
      ${userErrors}
    }
  }
`);

export type Payment = ResultOf<typeof PaymentFields>;
