import { type ResultOf, graphql } from '../graphql/graphql.js';

/** What a member has besides points and tiers. */
export const MemberClub = graphql(`
  query MemberClub($id: ID!) {
    member(id: $id) {
      id
      entitlements {
        programId
        perk
        name
        perkSetName
        limit
        left
      }
      memberships {
        id
        name
        state
        currency
        paid
        startsAt
        endsAt
      }
      tasks {
        programId
        task
        name
        state
        endsAt
        times
        steps {
          behaviour
          target
          has
        }
      }
      badges {
        programId
        badge
        name
        times
        earnedAt
      }
      referralCodes {
        code
      }
    }
    donations(memberId: $id, first: 5) {
      nodes {
        id
        causeName
        points
        unit {
          name
          namePlural
          scale
          currency
        }
        value {
          amount
          currency
        }
        state
        donatedAt
      }
    }
    units {
      id
      slug
      name
      namePlural
      scale
      currency
    }
  }
`);

export type Club = NonNullable<ResultOf<typeof MemberClub>['member']>;
export type Donation = ResultOf<typeof MemberClub>['donations']['nodes'][number];
