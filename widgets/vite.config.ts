import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

import { customElements } from './build/custom-elements.js';
import { tightTemplates } from './build/tight-templates.js';
import { trustedDocuments } from './build/trusted-documents.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * `dist/guerdon.js` keeps its name for ever, since shops have it in their pages; what it fetches is named by its hash.
 * Beside it: `documents.json`, what a publishable key may run, and `custom-elements.json`, what editors know of us.
 */
export default defineConfig({
  base: './',
  plugins: [
    tightTemplates(),
    trustedDocuments(here('src/documents'), here('../platform/schema/storefront.graphql')),
    customElements({ 'src/panel/guerdon-panel.ts': here('src/panel/guerdon-panel.ts') }),
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
      },
    },
  },
  test: { globalSetup: here('src/testing/server.ts') },
});
