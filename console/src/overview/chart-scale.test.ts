import { expect, test } from 'vitest';

import { labelled, ticksOf } from './chart-scale.js';

test.each([
  { values: [], ticks: [0, 1] },
  { values: [0, 0], ticks: [0, 1] },
  { values: [3], ticks: [0, 1, 2, 3] },
  { values: [0, 1_400, -900], ticks: [-1_000, 0, 1_000, 2_000] },
  { values: [-18], ticks: [-20, -15, -10, -5, 0] },
])('an axis for $values', ({ values, ticks }) => {
  expect(ticksOf(values)).toEqual(ticks);
});

test('labels are even, and the last day has one', () => {
  expect(labelled(7, 4)).toEqual([0, 2, 4, 6]);
  expect(labelled(30, 3)).toEqual([9, 19, 29]);
  expect(labelled(3, 10)).toEqual([0, 1, 2]);
  expect(labelled(0, 10)).toEqual([]);
});
