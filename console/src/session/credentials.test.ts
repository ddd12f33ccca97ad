import { expect, test } from 'vitest';

import { checkCredentials } from './credentials.js';

const email = 'Enter an e-mail address, such as ada@example.com.';
const password = 'Enter your password.';

test.each([
  { given: { email: 'ada@example.com', password: 'x' }, wrong: { email: null, password: null } },
  { given: { email: ' ada@example.com ', password: ' ' }, wrong: { email: null, password: null } },
  { given: { email: 'ada', password: 'x' }, wrong: { email, password: null } },
  { given: { email: 'ada@', password: 'x' }, wrong: { email, password: null } },
  { given: { email: 'ada lovelace@example.com', password: 'x' }, wrong: { email, password: null } },
  { given: { email: '', password: '' }, wrong: { email, password } },
])('$given', ({ given, wrong }) => {
  expect(checkCredentials(given)).toEqual(wrong);
});
