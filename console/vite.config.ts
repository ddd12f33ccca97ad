import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { rulesModulesPlugin } from './build/plugin.js';

const sdl = fileURLToPath(new URL('../platform/schema/admin.graphql', import.meta.url));
const server = process.env['GUERDON_URL'] ?? 'http://127.0.0.1:8000';

/**
 * The console lives at `/console/` under a strict content security policy: no inline script or style, no data URL.
 * The server replaces `__CSP_NONCE__` in index.html by the nonce of each response, for the style elements that Mantine
 * makes while running.
 */
export default defineConfig({
  base: '/console/',
  plugins: [react(), rulesModulesPlugin(sdl)],
  html: { cspNonce: '__CSP_NONCE__' },
  // The style targets know `light-dark()`: rewritten for older browsers it would need Mantine's styles to play along.
  build: { target: 'es2023', cssTarget: ['chrome123', 'firefox120', 'safari17.5'], assetsInlineLimit: 0 },
  server: { proxy: { '/graphql': server, '/auth': server, '/statements': server } },
});
