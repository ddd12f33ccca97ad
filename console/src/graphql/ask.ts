import { type DocumentNode, type OperationDefinitionNode, print } from 'graphql';

import type { TadaDocumentNode } from './graphql.js';

/** Asks the admin API; throws `Refused` if the server says why not, and `Unreachable` if it says nothing of use. */
export async function ask<R, V>(
  document: TadaDocumentNode<R, V>,
  variables: V,
  signal?: AbortSignal,
): Promise<R> {
  const response = await send({ query: print(document), operationName: nameOf(document), variables }, signal);
  const answer = await readAnswer<R>(response);
  const [error] = answer.errors ?? [];
  if (error !== undefined) {
    throw new Refused(error.message, error.extensions?.code ?? 'INTERNAL', error.extensions?.requestId);
  }
  if (answer.data === undefined || answer.data === null) {
    throw new Unreachable(`The server answered ${response.status} without data.`);
  }
  return answer.data;
}

/** The server refused the request as a whole: who asks may not, asks too often, or met a bug of ours. */
export class Refused extends Error {
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(message: string, code: string, requestId?: string) {
    super(message);
    this.code = code;
    this.requestId = requestId;
  }
}

/** There is no connection, or what answered is no GraphQL server. */
export class Unreachable extends Error {}

/** The name of a document's operation; every document of the console has one operation with a name. */
export function nameOf(document: DocumentNode): string {
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === 'OperationDefinition',
  );
  if (operation?.name === undefined) {
    throw new Error('a document without a named operation');
  }
  return operation.name.value;
}

interface Answer<R> {
  readonly data?: R | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly requestId?: string };
  }[];
}

async function send(body: object, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch('/graphql/admin', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' },
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) {
      throw error;
    }
    throw new Unreachable('Guerdon could not be reached.', { cause: error });
  }
}

async function readAnswer<R>(response: Response): Promise<Answer<R>> {
  try {
    return (await response.json()) as Answer<R>;
  } catch (error) {
    throw new Unreachable(`The server answered ${response.status} without JSON.`, { cause: error });
  }
}
