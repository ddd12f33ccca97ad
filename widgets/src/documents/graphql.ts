import { initGraphQLTada } from 'gql.tada';

import type { introspection } from '../graphql-env.js';

export type { ResultOf, TadaDocumentNode, VariablesOf } from 'gql.tada';

/**
 * Types a document against `platform/schema/storefront.graphql`. It runs at no time: the build puts a document's hash
 * in its place (`build/trusted-documents.ts`), since that is all a publishable key may send.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { BigInt: number; Date: string; DateTime: string };
}>();
