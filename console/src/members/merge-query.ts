import { type ResultOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { BalanceFields } from './member-query.js';

const MergeFields = graphql(
  `
    fragment MergeFields on Member {
      id
      externalId
      state
      name
      email
      phone
      birthday
      tags
      dependants {
        id
        kind
        name
      }
      joinedAt
      balances {
        ...BalanceFields
      }
      tiers {
        programId
        name
      }
      memberships {
        id
        programId
        name
        state
      }
    }
  `,
  [BalanceFields],
);

/** Of two members, all that a merge carries from the one to the other. */
export const MembersToMerge = graphql(
  `
    query MembersToMerge($one: ID!, $other: ID!) {
      one: member(id: $one) {
        ...MergeFields
      }
      other: member(id: $other) {
        ...MergeFields
      }
    }
  `,
  [MergeFields],
);

export const MemberMerge = graphql(`
  mutation MemberMerge($input: MemberMergeInput!) {
    memberMerge(input: $input) {
      member {
        id
      }
      ${userErrors}
    }
  }
`);

export type MergeSide = ResultOf<typeof MergeFields>;
