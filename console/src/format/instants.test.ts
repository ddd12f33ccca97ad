import { expect, test } from 'vitest';

import { endOfDay, instantOf, localOf } from './instants.js';

test.each([
  { local: '2026-11-21T23:04', zone: 'Europe/Berlin', instant: '2026-11-21T22:04:00.000Z', why: 'winter' },
  { local: '2026-07-01T00:00', zone: 'Europe/Berlin', instant: '2026-06-30T22:00:00.000Z', why: 'summer' },
  { local: '2026-03-29T02:30', zone: 'Europe/Berlin', instant: '2026-03-29T01:30:00.000Z', why: 'skipped: after it' },
  { local: '2026-10-25T02:30', zone: 'Europe/Berlin', instant: '2026-10-25T00:30:00.000Z', why: 'twice: the first' },
  { local: '2026-01-01T00:00', zone: 'Asia/Kathmandu', instant: '2025-12-31T18:15:00.000Z', why: 'odd offset' },
])('$local in $zone is $instant ($why)', ({ local, zone, instant }) => {
  expect(instantOf(local, zone)).toBe(instant);
});

test('what a clock shows is read back', () => {
  for (const zone of ['Europe/Berlin', 'America/St_Johns', 'Pacific/Kiritimati', 'UTC']) {
    expect(instantOf(localOf('2026-05-17T13:45:00Z', zone), zone)).toBe('2026-05-17T13:45:00.000Z');
  }
});

test('a day ends where the next begins, also when it has 25 hours', () => {
  expect(endOfDay('2026-10-25', 'Europe/Berlin')).toBe('2026-10-25T23:00:00.000Z');
  expect(endOfDay('2026-12-31', 'UTC')).toBe('2027-01-01T00:00:00.000Z');
});
