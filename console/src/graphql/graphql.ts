import { initGraphQLTada } from 'gql.tada';

import type { introspection } from '../graphql-env.js';

/** Parses an operation of the admin API; its result and variables are typed by the schema. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: {
    ActivityKind: string;
    AttributeValue: string | number | boolean;
    BigInt: number;
    Date: string;
    DateTime: string;
    Decimal: string;
    ID: string;
  };
}>();

export type { ResultOf, TadaDocumentNode, VariablesOf } from 'gql.tada';

/** An input or enum of the schema by its name. */
export type InputOf<Name extends Parameters<typeof graphql.scalar>[0]> = ReturnType<typeof graphql.scalar<Name>>;
