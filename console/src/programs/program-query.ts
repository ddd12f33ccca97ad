import { type ResultOf, graphql } from '../graphql/graphql.js';
import { UnitFields } from '../parts/units.js';
import { PointsRulesFields } from './rules-query.js';

export const VersionFields = graphql(`
  fragment VersionFields on ProgramVersion {
    id
    number
    state
    note
    liveFrom
    liveUntil
    savedAt
    savedBy {
      kind
      name
    }
    publishedAt
    publishedBy {
      kind
      name
    }
    restores
  }
`);

export const ProgramDetails = graphql(
  `
    query ProgramDetails($id: ID!) {
      program(id: $id) {
        id
        slug
        name
        kind
        line
        state
        createdAt
        unit {
          ...UnitFields
        }
        live {
          id
          number
          liveFrom
        }
        draft {
          id
          number
          note
          savedAt
        }
        summary
        versions(first: 50) {
          nodes {
            ...VersionFields
          }
        }
      }
    }
  `,
  [UnitFields, VersionFields],
);

export const ProgramRulesToEdit = graphql(
  `
    query ProgramRulesToEdit($id: ID!) {
      program(id: $id) {
        id
        name
        kind
        state
        unit {
          ...UnitFields
        }
        live {
          id
          number
          rules {
            points {
              ...PointsRulesFields
            }
          }
        }
        draft {
          id
          number
          note
          rules {
            points {
              ...PointsRulesFields
            }
          }
        }
      }
    }
  `,
  [UnitFields, PointsRulesFields],
);

export type ProgramFields = NonNullable<ResultOf<typeof ProgramDetails>['program']>;
export type ProgramToEdit = NonNullable<ResultOf<typeof ProgramRulesToEdit>['program']>;
export type Version = ResultOf<typeof VersionFields>;
