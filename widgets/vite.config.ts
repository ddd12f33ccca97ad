import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

import { customElements } from './build/custom-elements.js';
import { tightTemplates } from './build/tight-templates.js';
import { trustedDocuments } from './build/trusted-documents.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where the elements are, each with the header comment that is its contract. */
const modules = [
  'src/panel/guerdon-panel.ts',
  ...['tier', 'wheel', 'tasks', 'causes', 'membership'].map((name) => `src/elements/guerdon-${name}.ts`),
];

/**
 * `dist/guerdon.js` keeps its name for ever, since shops have it in their pages; what it fetches is named by its hash.
 * Beside it: `documents.json`, what a publishable key may run, and `custom-elements.json`, what editors know of us.
 */
export default defineConfig({
  base: './',
  plugins: [
    tightTemplates(),
    trustedDocuments(here('src/documents'), here('../platform/schema/storefront.graphql')),
    customElements(Object.fromEntries(modules.map((path) => [path, here(path)]))),
  ],
  build: {
    target: 'es2023',
    // Older targets would have `light-dark()` rewritten into something that does not see the page's colour scheme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: false,
    assetsInlineLimit: 0,
    // As a library, so that imports on demand stay bare: Vite's helper for pages would cost more than it loads sooner.
    lib: { entry: { guerdon: here('src/guerdon.ts') }, formats: ['es'] },
    rolldownOptions: {
      output: {
        minify: true,
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        // What the panel shares with the other elements stays in its file: a split would make the panel's first load larger.
        advancedChunks: {
          groups: [{ name: 'guerdon-panel', test: /node_modules|src\/(?:panel\/(?!member)|api\/|documents\/storefront|texts\/(?:words|language)\.)/ }],
        },
      },
    },
  },
  test: { globalSetup: here('src/testing/server.ts') },
});
