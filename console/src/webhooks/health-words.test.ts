import { expect, test } from 'vitest';

import { type Health, fares, healthWords } from './health-words.js';

const well: Health = {
  disabledAt: null,
  disabledReason: null,
  lastSuccessAt: 'nine',
  consecutiveFailures: 0,
  failingSince: null,
  pausedUntil: null,
};
const failing: Health = { ...well, consecutiveFailures: 2, failingSince: 'ten' };
const formats = { instant: (text: string) => `at ${text}` };

test.each<[Health, string, string]>([
  [well, 'WELL', 'Last delivery: at nine.'],
  [{ ...well, lastSuccessAt: null }, 'WELL', 'Nothing has arrived there yet.'],
  [failing, 'FAILING', 'The last 2 attempts failed, since at ten. Last delivery: at nine.'],
  [{ ...failing, consecutiveFailures: 1 }, 'FAILING', 'The last attempt failed, since at ten. Last delivery: at nine.'],
  [
    { ...failing, pausedUntil: 'noon' },
    'PAUSED',
    'The last 2 attempts failed, since at ten. Next attempt: at noon. Last delivery: at nine.',
  ],
  [
    { ...failing, pausedUntil: 'noon', disabledAt: 'eleven', disabledReason: 'FAILING' },
    'DISABLED',
    'Nothing has been sent since at eleven: nothing arrived there for days. Last delivery: at nine.',
  ],
  [{ ...well, disabledAt: 'eleven' }, 'DISABLED', 'Nothing has been sent since at eleven. Last delivery: at nine.'],
])('%o fares %s', (health, expected, words) => {
  expect(fares(health)).toBe(expected);
  expect(healthWords(health, formats)).toBe(words);
});
