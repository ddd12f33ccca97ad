import { type ResultOf, graphql } from '../graphql/graphql.js';
import { UnitFields } from '../parts/units.js';

/** What a member has besides points and tiers. */
export const MemberClub = graphql(
  `
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
          began
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
            ...UnitFields
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
        ...UnitFields
      }
      programs(state: LIVE, first: 100) {
        nodes {
          id
          kind
          live {
            rules {
              points {
                unit
                transfers {
                  minimum
                }
              }
            }
          }
        }
      }
    }
  `,
  [UnitFields],
);

export type Club = NonNullable<ResultOf<typeof MemberClub>['member']>;
export type Donation = ResultOf<typeof MemberClub>['donations']['nodes'][number];

export type ClubProgram = ResultOf<typeof MemberClub>['programs']['nodes'][number];
