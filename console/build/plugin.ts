import { readFileSync } from 'node:fs';

import { buildSchema } from 'graphql';
import type { Plugin } from 'vite';

import { rulesSelections } from './rules-selections.js';

const NAME = 'virtual:rules-selections';

/** Makes `virtual:rules-selections` from the admin API's SDL: how to ask for the rules of each kind of program. */
export function rulesSelectionsPlugin(sdl: string): Plugin {
  return {
    name: 'guerdon:rules-selections',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) {
        return null;
      }
      this.addWatchFile(sdl);
      const selections = rulesSelections(buildSchema(readFileSync(sdl, 'utf8')));
      return `export const selections = ${JSON.stringify(selections)};`;
    },
  };
}
