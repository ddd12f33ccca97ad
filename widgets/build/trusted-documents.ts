import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { buildSchema, parse, print, validate, type GraphQLSchema } from 'graphql';
import type { Plugin } from 'vite';

/**
 * Trusted documents (DESIGN §8): puts `{ documentId: "<sha256>" }` in the place of each `graphql(`…`)` of the folder
 * `documents`, and writes `documents.json`, the map from hash to document that the server reads. A document that does
 * not fit the schema stops the build.
 */
export function trustedDocuments(documents: string, sdl: string): Plugin {
  return {
    name: 'guerdon:trusted-documents',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(join(documents, '/')) || id.endsWith('/graphql.ts')) {
        return null;
      }
      const schema = buildSchema(readFileSync(sdl, 'utf8'));
      const replaced = code
        .replace(CALL, (_, text: string) => `{ documentId: '${hashOf(canonical(text, schema))}' }`)
        // The module behind this import would bring a parser of GraphQL along.
        .replace(/^import \{ graphql \} from .*$/m, '');
      return { code: replaced, map: null };
    },
    generateBundle() {
      const source = JSON.stringify(readDocuments(documents, sdl), null, 2);
      this.emitFile({ type: 'asset', fileName: 'documents.json', source: `${source}\n` });
    },
  };
}

/** The documents of a folder by the lower-case hexadecimal SHA-256 of their text. */
export function readDocuments(documents: string, sdl: string): Record<string, string> {
  const schema = buildSchema(readFileSync(sdl, 'utf8'));
  const texts = readdirSync(documents)
    .filter((name) => name.endsWith('.ts') && name !== 'graphql.ts')
    .flatMap((name) => Array.from(readFileSync(join(documents, name), 'utf8').matchAll(CALL)))
    .map((call) => canonical(call[1] ?? '', schema));
  return Object.fromEntries(texts.map((text) => [hashOf(text), text]));
}

const CALL = /\bgraphql\(`([^`]*)`\)/g;

/** One way of writing a document, so that only what it asks for changes its hash. */
function canonical(text: string, schema: GraphQLSchema): string {
  const document = parse(text);
  const [error] = validate(schema, document);
  if (error !== undefined) {
    throw new Error(`a document of the widgets does not fit the schema: ${error.message}\n${text}`);
  }
  return print(document);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
