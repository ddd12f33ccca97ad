import { defineConfig } from 'vite';

/** `dist/guerdon.js` keeps its name for ever, since shops have it in their pages; what it fetches is named by its hash. */
export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { guerdon: 'src/guerdon.ts' },
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
      },
    },
  },
});
