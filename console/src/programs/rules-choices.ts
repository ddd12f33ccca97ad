import { graphql } from '../graphql/graphql.js';

/** What a form of rules offers to choose from. */
export const RulesChoices = graphql(`
  query RulesChoices {
    units {
      id
      slug
      name
      namePlural
      scale
      currency
    }
    rewards(first: 100) {
      nodes {
        slug
        name
      }
    }
  }
`);
