import { createContext, useContext } from 'react';

import type { UnitChoice } from '../../parts/units.js';

/** What all fields of a form of rules need to know. */
export interface FormContext {
  /** What is wrong, by the path of the field: `tiers.1.reach.0.allOf.0.atLeast`. */
  readonly errors: Readonly<Record<string, string>>;
  readonly units: readonly UnitChoice[];
  /** The rewards that can be given, by their slugs. */
  readonly rewards: readonly { readonly slug: string; readonly name: string }[];
  readonly zone: string;
}

export const RulesFormContext = createContext<FormContext | null>(null);

/** What the form around knows. */
export function useRulesForm(): FormContext {
  const context = useContext(RulesFormContext);
  if (context === null) {
    throw new Error('a field of rules outside of their form');
  }
  return context;
}
