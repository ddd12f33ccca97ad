import { selections } from 'virtual:rules-selections';

import { type InputOf, type TadaDocumentNode, graphql } from '../../graphql/graphql.js';

/** Rules of any kind, as the API's input takes them: `{ storedValue: { … } }`. */
export type RulesInput = InputOf<'ProgramRulesInput'>;

/** The program as the editor of any kind's rules needs it; `rules` in the shape of `ProgramRules`. */
export interface RawProgram {
  readonly live: { readonly rules: unknown } | null;
  readonly draft: { readonly note: string; readonly rules: unknown } | null;
}

/** The field of a kind in `ProgramRules`: STORED_VALUE is `storedValue`. */
export function fieldOfKind(kind: string): string {
  return kind.toLowerCase().replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Asks for all rules of a program of this kind; null if this console was built before there was such a kind. */
export function rulesQuery(kind: string): TadaDocumentNode<{ program: RawProgram | null }, { id: string }> | null {
  const selection = selections[fieldOfKind(kind)];
  if (selection === undefined) {
    return null;
  }
  const text: string = `
    query ProgramRulesAsText($id: ID!) {
      program(id: $id) {
        live { rules { ${selection} } }
        draft { note rules { ${selection} } }
      }
    }
  `;
  // The text is put together while running, so its type cannot be inferred from it.
  return graphql(text) as unknown as TadaDocumentNode<{ program: RawProgram | null }, { id: string }>;
}

/** The rules of a kind as text to be edited: without what is null, as the input takes them. */
export function textOfRules(kind: string, rules: unknown): string {
  const own = isObject(rules) ? rules[fieldOfKind(kind)] : null;
  return JSON.stringify(withoutNulls(own ?? {}), null, 2);
}

/** What was typed as an input, or why it is none. The server checks what it means. */
export function rulesOfText(
  kind: string,
  text: string,
): { rules: RulesInput; problem: null } | { rules: null; problem: string } {
  try {
    const own: unknown = JSON.parse(text);
    return isObject(own)
      ? { rules: { [fieldOfKind(kind)]: own } as unknown as RulesInput, problem: null }
      : { rules: null, problem: 'The rules must be an object: { … }.' };
  } catch (error) {
    return { rules: null, problem: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value without what is null in it, at any depth: as an input takes it. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => (inner === null ? [] : [[name, withoutNulls(inner)]])))
    : value;
}
