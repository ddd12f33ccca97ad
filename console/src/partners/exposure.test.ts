import { expect, test } from 'vitest';

import { listed, nextOf } from './exposure-words.js';

test.each([
  { names: ['Air'], words: 'Air' },
  { names: ['Air', 'Inn'], words: 'Air and Inn' },
  { names: ['Air', 'Inn', 'Sea', 'Tea'], words: 'Air, Inn, Sea and Tea' },
  { names: ['Air', 'Inn', 'Sea', 'Tea', 'Zoo'], words: 'Air, Inn, Sea and 2 others' },
])('$words', ({ names, words }) => {
  expect(listed(names)).toBe(words);
});

test('the next settlement is of those whose period ends first, and who have not left', () => {
  const air = { name: 'Air', state: 'ACTIVE', openTo: '2026-11-30' } as const;
  expect(nextOf([air, { ...air, name: 'Inn', state: 'FROZEN' }, { ...air, name: 'Sea', openTo: '2026-12-31' }])).toEqual({
    day: '2026-11-30',
    names: ['Air', 'Inn'],
  });
  expect(nextOf([{ ...air, state: 'LEFT' }])).toBeNull();
});
