import { expect, test } from 'vitest';

import { wanted } from './wanted.js';

const pageWith = (...present: string[]) => ({
  querySelector: (name: string) => (present.includes(name) ? {} : null),
});

test.each([
  { situation: 'an empty page wants nothing', present: [], expected: [] },
  { situation: 'an element on the page is wanted', present: ['guerdon-panel'], expected: ['guerdon-panel'] },
  { situation: 'elements that are not ours are left alone', present: ['other-panel'], expected: [] },
])('$situation', ({ present, expected }) => {
  expect(wanted(['guerdon-panel', 'guerdon-badge'], pageWith(...present))).toEqual(expected);
});
