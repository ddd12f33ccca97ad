import { type ResultOf, graphql } from '../graphql/graphql.js';

export const Keys = graphql(`
  query Keys {
    keys {
      id
      kind
      name
      hint
      role
      origins
      partnerId
      scopes
      createdAt
      lastUsedAt
      expiresAt
      revokedAt
    }
  }
`);

export type Key = ResultOf<typeof Keys>['keys'][number];
