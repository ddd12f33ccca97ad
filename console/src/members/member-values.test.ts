import { expect, test } from 'vitest';

import { checkMember, noMember, toMemberInput, toMemberValues } from './member-values.js';

test('of a new member only what was typed is sent', () => {
  expect(toMemberInput(null, { ...noMember, name: ' Ada ', tags: ['vinyl'] })).toEqual({ name: 'Ada', tags: ['vinyl'] });
});

test('an emptied field is taken away', () => {
  const member = {
    name: 'Ada',
    email: 'ada@example.com',
    phone: null,
    externalId: 'c-1',
    locale: null,
    birthday: '1815-12-10',
    tags: [],
  };
  expect(toMemberInput('mem_1', { ...toMemberValues(member), email: '' })).toEqual({
    id: 'mem_1',
    name: 'Ada',
    email: null,
    phone: null,
    externalId: 'c-1',
    locale: null,
    birthday: '1815-12-10',
    tags: [],
  });
});

test('a member needs something to be known by, and an address that is one', () => {
  expect(checkMember(noMember)['name']).toMatch(/Enter a name/);
  expect(checkMember({ ...noMember, externalId: 'c-1', email: 'ada' })).toEqual({
    name: null,
    email: expect.stringMatching(/Enter an e-mail/),
  });
});
