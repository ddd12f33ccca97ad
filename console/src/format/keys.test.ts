import { expect, test } from 'vitest';

import { newKey, slugOf } from './keys.js';

test('two keys differ', () => {
  expect(newKey()).toMatch(/^console-[0-9a-f]{32}$/);
  expect(newKey()).not.toBe(newKey());
});

test.each([
  { name: 'Gold & Silver', slug: 'gold-silver' },
  { name: ' Über Klub! ', slug: 'uber-klub' },
  { name: 'a'.repeat(80), slug: 'a'.repeat(64) },
  { name: '€5 off', slug: '5-off' },
])('$name becomes $slug', ({ name, slug }) => {
  expect(slugOf(name)).toBe(slug);
});
