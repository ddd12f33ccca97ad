import { expect, test } from 'vitest';

import documented from '../../../docs/webhooks.md?raw';
import { eventKinds } from './event-kinds.js';

test.each(eventKinds)('%s is documented', (kind) => {
  expect(documented).toContain(`\n| \`${kind}\` | `);
});
