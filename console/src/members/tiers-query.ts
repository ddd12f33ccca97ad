import { type ResultOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { UnitFields } from '../parts/units.js';

/** A member's tiers, and what is needed to put them into words: the programs with their tiers, and the units. */
export const MemberTiers = graphql(
  `
    query MemberTiers($id: ID!) {
      member(id: $id) {
        id
        tiers {
          programId
          tier
          name
          since
          until
          reason
          nextName
          ways {
            allOf {
              metric
              atLeast
              has
              missing
            }
          }
          countsUntil
        }
      }
      programs(state: LIVE, first: 100) {
        nodes {
          id
          name
          live {
            rules {
              tiered {
                tiers {
                  id
                  name
                }
              }
            }
          }
        }
      }
      units {
        ...UnitFields
      }
    }
  `,
  [UnitFields],
);

export const MemberTierSet = graphql(`
  mutation MemberTierSet($input: MemberTierSetInput!) {
    memberTierSet(input: $input) {
      tiers {
        tier
      }
      ${userErrors}
    }
  }
`);

export type MemberTier = NonNullable<ResultOf<typeof MemberTiers>['member']>['tiers'][number];
export type TierNeed = MemberTier['ways'][number]['allOf'][number];
export type TieredProgram = ResultOf<typeof MemberTiers>['programs']['nodes'][number];
