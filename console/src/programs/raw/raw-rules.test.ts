import { buildSchema, parse } from 'graphql';
import { selections } from 'virtual:rules-selections';
import { describe, expect, test } from 'vitest';

import { rulesSelections } from '../../../build/rules-selections.js';
import { fieldOfKind, rulesOfText, rulesQuery, textOfRules } from './raw-rules.js';

const sdl = `
  directive @oneOf on INPUT_OBJECT
  type Query { rules: ProgramRules }
  type ProgramRules { points: Points storedValue: StoredValue }
  input ProgramRulesInput { points: PointsInput storedValue: StoredValueInput }
  type Points { unit: String! summary: String! }
  input PointsInput { unit: String! }
  type StoredValue { currency: String! steps: [Step!]! }
  input StoredValueInput { currency: String! steps: [StepInput!]! = [] }
  type Step { from: Int percent: Int inner: Step }
  input StepInput { from: Int = null percent: Int! inner: StepInput }
`;

describe('what to ask for', () => {
  test('is what the input takes, kind by kind, and ends where types contain themselves', () => {
    const found = rulesSelections(buildSchema(sdl));
    expect(Object.keys(found)).toEqual(['points', 'storedValue']);
    expect(found['points']).toBe('points { unit }');
    expect(found['storedValue']).toMatch(/^storedValue \{ currency steps \{ from percent inner \{ from percent inner \{/);
    expect(parse(`{ ${found['storedValue']} }`).definitions).toHaveLength(1);
  });

  test('cannot be told where leaving out null means something else', () => {
    const other = buildSchema(sdl.replace('from: Int = null', 'from: Int = 3'));
    expect(() => rulesSelections(other)).toThrow('the rules\' field from may be null, and has another default');
  });

  test('is there for the kinds of the real API', () => {
    expect(selections['points']).toContain('earn { perAmount { points per currency }');
    expect(rulesQuery('POINTS')?.definitions).toHaveLength(1);
    expect(rulesQuery('OF_THE_FUTURE')).toBeNull();
  });
});

test.each([
  { kind: 'POINTS', field: 'points' },
  { kind: 'STORED_VALUE', field: 'storedValue' },
])('$kind is the field $field', ({ kind, field }) => {
  expect(fieldOfKind(kind)).toBe(field);
});

test('rules become text without what is null, and the text becomes rules again', () => {
  const rules = { storedValue: { currency: 'EUR', bonus: { fixed: null, percent: { percent: 5 } }, until: null, steps: [{ from: null }] } };
  const text = textOfRules('STORED_VALUE', rules);
  expect(JSON.parse(text)).toEqual({ currency: 'EUR', bonus: { percent: { percent: 5 } }, steps: [{}] });
  expect(rulesOfText('STORED_VALUE', text)).toEqual({ rules: { storedValue: JSON.parse(text) as unknown }, problem: null });
});

test.each([
  { text: '[]', problem: 'The rules must be an object: { … }.' },
  { text: 'null', problem: 'The rules must be an object: { … }.' },
  { text: '{"a": }', problem: expect.stringContaining('This is not JSON: ') as string },
])('$text is refused before it is sent', ({ text, problem }) => {
  expect(rulesOfText('POINTS', text)).toEqual({ rules: null, problem });
});
