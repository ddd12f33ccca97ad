import { expect, test } from 'vitest';

import { Tokens, lifetime } from './tokens.js';

const tokenOf = (payload: object): string => `h.${btoa(JSON.stringify(payload)).replaceAll('=', '')}.s`;

/** A provider that makes tokens of five minutes, and a clock. */
function shop() {
  const state = { made: 0, now: 0 };
  const provider = async () => {
    state.made += 1;
    return tokenOf({ iat: 1_000, exp: 1_300, n: state.made });
  };
  return { state, tokens: new Tokens(provider, () => state.now) };
}

test('a token is used until half a minute before its end', async () => {
  const { state, tokens } = shop();
  const first = await tokens.current();
  state.now = 269_999;
  expect(await tokens.current()).toBe(first);
  state.now = 270_000;
  expect(await tokens.current()).not.toBe(first);
  expect(state.made).toBe(2);
});

test('all who ask at once share one renewal', async () => {
  const { state, tokens } = shop();
  const all = await Promise.all([tokens.current(), tokens.current(), tokens.current()]);
  expect([new Set(all).size, state.made]).toEqual([1, 1]);
});

test('a refused token is let go, but not its successor', async () => {
  const { state, tokens } = shop();
  const first = await tokens.current();
  tokens.forget(first);
  const second = await tokens.current();
  tokens.forget(first);
  expect(await tokens.current()).toBe(second);
  expect(state.made).toBe(2);
});

test('a guest is asked about again, and a failed renewal too', async () => {
  const answers = [null, 'fail', tokenOf({ iat: 0, exp: 300 })];
  const tokens = new Tokens(async () => {
    const next = answers.shift() ?? null;
    if (next === 'fail') {
      throw new Error('the shop is down');
    }
    return next;
  }, () => 0);
  expect(await tokens.current()).toBeNull();
  await expect(tokens.current()).rejects.toThrow('the shop is down');
  expect(await tokens.current()).toMatch(/^h\./);
});

test.each([
  { situation: 'its own two times', token: tokenOf({ iat: 10, exp: 310 }), expected: 300_000 },
  { situation: 'no times', token: tokenOf({ sub: 'ada' }), expected: 0 },
  { situation: 'no JWT', token: 'opaque', expected: 0 },
])('a token lasts by $situation', ({ token, expected }) => {
  expect(lifetime(token)).toBe(expected);
});
