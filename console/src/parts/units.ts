import { type ResultOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';

/** The tenant's units, to choose from. */
export const Units = graphql(`
  query Units {
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
