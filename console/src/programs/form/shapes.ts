import { rulesSchema } from 'virtual:rules-schema';

import type { FieldShape, InputShape } from '../../../build/rules-schema.js';

export type { FieldShape, InputShape };

/** A part of rules as the API takes them; what is not set is missing. */
export type Part = Readonly<Record<string, unknown>>;

/** The input of this name; null if it is none, but a scalar or an enum. */
export function inputOf(type: string): InputShape | null {
  return rulesSchema.inputs[type] ?? null;
}

/** The values of an enum; null if the type is none. */
export function valuesOf(type: string): readonly string[] | null {
  return rulesSchema.enums[type] ?? null;
}

/** The input of a kind of program by its field in `ProgramRulesInput`, such as `storedValue`. */
export function rulesOf(field: string): string | null {
  return rulesSchema.inputs['ProgramRulesInput']?.fields.find(({ name }) => name === field)?.type ?? null;
}

/** What a new part begins with: what has to be given is there, empty; what has a beginning has it. */
export function blank(type: string): Part {
  const input = inputOf(type);
  if (input === null) {
    return {};
  }
  const [first] = input.fields;
  if (input.oneOf) {
    return first === undefined ? {} : { [first.name]: blankField(first) };
  }
  const given = input.fields.filter(({ nullable }) => !nullable);
  return Object.fromEntries(given.map((field) => [field.name, blankField(field)]));
}

/** What a field holds once it is set. */
export function blankField({ type, list, initial }: FieldShape): unknown {
  if (initial !== undefined && !(isPart(initial) && inputOf(type) !== null)) {
    return initial;
  }
  if (list) {
    return inputOf(type) === null ? [] : [blank(type)];
  }
  if (inputOf(type) !== null) {
    return { ...blank(type), ...(isPart(initial) ? initial : {}) };
  }
  return type === 'Boolean' ? true : (valuesOf(type)?.[0] ?? '');
}

export function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A name of the API for a person: "bonusUnit" is "Bonus unit". */
export function labelOf(name: string): string {
  const text = labels[name] ?? name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What stands beside the switch with which a part is set, or left to what is usual. */
export function switchOf(name: string): string {
  return name === 'base' ? 'Set here; off: as usual' : `With ${labelOf(name).toLowerCase()}`;
}

/** Where the name alone says too little. */
const labels: Readonly<Record<string, string>> = {
  allOf: 'all of these together',
  allowBelowOne: 'below 1 is meant: it takes away',
  base: 'what counts as spent',
  expiresAfterMonths: 'usable for months',
  free: 'free plays',
  friend: 'what the friend gets',
  graceDays: 'days of grace',
  keep: 'ways to keep it, if they are others',
  per: 'for every',
  reach: 'ways to reach it',
  referrer: 'what the one who invites gets',
  when: 'only when (CEL)',
};

/** One of a list whose name is no plural of it. */
const singulars: Readonly<Record<string, string>> = {
  allOf: 'threshold',
  earn: 'way to earn',
  friend: 'gift',
  keep: 'way',
  passes: 'pass',
  perMember: 'cap',
  reach: 'way',
  referrer: 'gift',
};

/** One of a list, by the list's name: "tiers" is "tier". */
export function singular(name: string): string {
  return singulars[name] ?? labelOf(name).toLowerCase().replace(/ies$/, 'y').replace(/s$/, '');
}
