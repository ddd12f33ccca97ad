import { readFileSync } from 'node:fs';

import { type GraphQLSchema, buildSchema } from 'graphql';
import type { Plugin } from 'vite';

import { rulesSchema } from './rules-schema.js';
import { rulesSelections } from './rules-selections.js';

/** What each virtual module exports, made from the admin API's SDL. */
const modules: Readonly<Record<string, (schema: GraphQLSchema) => Readonly<Record<string, unknown>>>> = {
  // How to ask for the rules of each kind of program.
  'virtual:rules-selections': (schema) => ({ selections: rulesSelections(schema) }),
  // What the rules of each kind take.
  'virtual:rules-schema': (schema) => ({ rulesSchema: rulesSchema(schema) }),
};

/** Makes the virtual modules from the SDL at this path. */
export function rulesModulesPlugin(sdl: string): Plugin {
  return {
    name: 'guerdon:rules-modules',
    resolveId: (id) => (id in modules ? `\0${id}` : null),
    load(id) {
      const make = id.startsWith('\0') ? modules[id.slice(1)] : undefined;
      if (make === undefined) {
        return null;
      }
      this.addWatchFile(sdl);
      const exported = Object.entries(make(buildSchema(readFileSync(sdl, 'utf8'))));
      return exported.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`).join('\n');
    },
  };
}
