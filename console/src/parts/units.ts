import { type ResultOf, graphql } from '../graphql/graphql.js';

/** The tenant's units, to choose from. */
export const Units = graphql(`
  query Units {
    units {
      id
      slug
      name
      namePlural
      scale
    }
  }
`);

export type UnitChoice = ResultOf<typeof Units>['units'][number];
