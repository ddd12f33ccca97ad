import { type ResultOf, graphql } from '../graphql/graphql.js';
import { ExplanationFields } from '../parts/explanation.js';

export const MemberTimeline = graphql(
  `
    query MemberTimeline($id: ID!, $after: String) {
      member(id: $id) {
        id
        timeline(first: 20, after: $after) {
          nodes {
            id
            kind
            at
            text
            changes {
              unit {
                id
                name
                namePlural
                scale
                currency
              }
              available
              pending
            }
            activity {
              kind
              state
              orderId
              currency
              channel
              source
              lines {
                id
                kind
                sku
                quantity
                amount
                discount
              }
              decision {
                explanation {
                  ...ExplanationFields
                }
              }
            }
            redemption {
              id
              state
              orderId
              voucher {
                code
              }
            }
            adjustment {
              reason
              actor {
                kind
                name
              }
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  `,
  [ExplanationFields],
);

export type Entry = NonNullable<ResultOf<typeof MemberTimeline>['member']>['timeline']['nodes'][number];
