import { readFileSync } from 'node:fs';

import type { Plugin } from 'vite';

/** Writes `custom-elements.json` (schema 1.0.0) from the header comments of modules: path in the package → file. */
export function customElements(modules: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'guerdon:custom-elements',
    generateBundle() {
      const found = Object.entries(modules).map(([path, file]) => ({
        kind: 'javascript-module',
        path,
        declarations: [declaration(readFileSync(file, 'utf8'))],
      }));
      const source = JSON.stringify({ schemaVersion: '1.0.0', modules: found }, null, 2);
      this.emitFile({ type: 'asset', fileName: 'custom-elements.json', source: `${source}\n` });
    },
  };
}

/** What a custom element declares. */
export interface Declaration {
  readonly kind: 'class';
  readonly customElement: true;
  readonly name: string;
  readonly tagName: string;
  readonly description: string;
  readonly attributes: Named[];
  readonly members: (Named & { readonly kind: 'field' | 'method' })[];
  readonly events: Named[];
  readonly slots: Named[];
  readonly cssParts: Named[];
  readonly cssProperties: Named[];
}

interface Named {
  readonly name: string;
  readonly description: string;
  readonly type?: { readonly text: string };
}

/** The element that a module's text declares in the comment that has `@element`. Throws where there is none. */
export function declaration(text: string): Declaration {
  const comment = [...text.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*export class (\w+)/g)].find(([, body]) => body?.includes('@element'));
  if (comment === undefined) {
    throw new Error('a module of a custom element without a comment that has @element');
  }
  const lines = (comment[1] ?? '').split('\n').map((line) => line.replace(/^\s*\*\s?/, ''));
  const tags = lines.flatMap((line) => {
    const [, tag, type, name, description] = /^@(\w+) (?:\{(.+?)\} )?(\S+)(?: - (.+))?$/.exec(line) ?? [];
    return tag === undefined || name === undefined
      ? []
      : [{ tag, named: { name, description: description ?? '', ...(type === undefined ? {} : { type: { text: type } }) } }];
  });
  const all = (wanted: string): Named[] => tags.flatMap(({ tag, named }) => (tag === wanted ? [named] : []));
  return {
    kind: 'class',
    customElement: true,
    name: comment[2] ?? '',
    tagName: all('element')[0]?.name ?? '',
    description: lines.filter((line) => !line.startsWith('@')).join('\n').trim().replaceAll(/\n{2,}/g, '\n\n'),
    attributes: all('attr'),
    members: [
      ...[...all('attr'), ...all('prop')].map((named) => Object.assign({ kind: 'field' as const }, named)),
      ...all('method').map((named) => Object.assign({ kind: 'method' as const }, named)),
    ],
    events: all('fires'),
    slots: all('slot'),
    cssParts: all('csspart'),
    cssProperties: all('cssprop'),
  };
}
