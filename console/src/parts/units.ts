import { type ResultOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';

/** A unit as amounts of it are written, and rules name it. */
export const UnitFields = graphql(`
  fragment UnitFields on Unit {
    id
    slug
    name
    namePlural
    scale
    currency
  }
`);

/** The tenant's units, to choose from. */
export const Units = graphql(
  `
    query Units {
      units {
        ...UnitFields
      }
    }
  `,
  [UnitFields],
);

export const UnitUpsert = graphql(`
  mutation UnitUpsert($input: UnitUpsertInput!) {
    unitUpsert(input: $input) {
      unit {
        id
      }
      ${userErrors}
    }
  }
`);

export type UnitChoice = ResultOf<typeof Units>['units'][number];
