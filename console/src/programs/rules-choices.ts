import { graphql } from '../graphql/graphql.js';
import { UnitFields } from '../parts/units.js';

/** What a form of rules offers to choose from. */
export const RulesChoices = graphql(
  `
    query RulesChoices {
      units {
        ...UnitFields
      }
      rewards(first: 100) {
        nodes {
          slug
          name
        }
      }
    }
  `,
  [UnitFields],
);
