import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';

import { ask } from '../graphql/ask.js';
import { type InputOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { type Finding, findings } from './findings.js';

export const ProgramValidate = graphql(`
  mutation ProgramValidate($input: ProgramValidateInput!) {
    programValidate(input: $input) {
      valid
      ${findings}
      summary
      ${userErrors}
    }
  }
`);

/** What the server says of rules: what is wrong, and the rules in words. The same rules are asked about once. */
export function useRulesCheck(
  programId: string,
  rules: InputOf<'ProgramRulesInput'> | null,
): { findings: readonly Finding[]; summary: readonly string[]; error: Error | null } {
  const { data, error } = useQuery({
    queryKey: ['admin', 'ProgramValidate', programId, rules],
    queryFn:
      rules === null ? skipToken : ({ signal }) => ask(ProgramValidate, { input: { id: programId, rules } }, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  return { findings: data?.programValidate.findings ?? none, summary: data?.programValidate.summary ?? none, error };
}

/** One empty list for all, so that what depends on it rests. */
const none: readonly never[] = [];
