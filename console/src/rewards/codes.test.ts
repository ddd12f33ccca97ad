import { expect, test } from 'vitest';

import { batchesOf, readCodes } from './codes.js';

test.each([
  { what: 'lines', text: 'A-1\nA-2\r\n\nA-3', codes: ['A-1', 'A-2', 'A-3'] },
  { what: 'CSV with a heading', text: '\uFEFFCode;Value\nA-1;5\n"A-2";5', codes: ['A-1', 'A-2'] },
  { what: 'a quoted comma and quotation mark', text: '"A,1"\n"A""2",x', codes: ['A,1', 'A"2'] },
  { what: 'nothing', text: '\n \n', codes: [] },
])('$what', ({ text, codes }) => {
  expect(readCodes(text)).toEqual({ codes, problems: [] });
});

test('each bad line is told, and the rest is read', () => {
  expect(readCodes(`A-1\nA-1\nB 2\n${'x'.repeat(129)}\n"open\nC-3`)).toEqual({
    codes: ['A-1', 'C-3'],
    problems: [
      { line: 2, message: 'the same code as in line 1' },
      { line: 3, message: 'there is a space in the code' },
      { line: 4, message: 'longer than 128 characters' },
      { line: 5, message: 'a quotation mark is not closed' },
    ],
  });
});

test('codes go in requests of a thousand', () => {
  const codes = Array.from({ length: 2_001 }, (_, index) => String(index));
  expect(batchesOf(codes).map(({ length }) => length)).toEqual([1_000, 1_000, 1]);
  expect(batchesOf(codes).flat()).toEqual(codes);
  expect(batchesOf([])).toEqual([]);
});
