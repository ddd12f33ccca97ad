import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { ask } from '../graphql/ask.js';
import { graphql } from '../graphql/graphql.js';
import { placeFindings } from './findings.js';
import type { PointsRulesInput } from './rules-query.js';

export const ProgramValidate = graphql(`
  mutation ProgramValidate($input: ProgramValidateInput!) {
    programValidate(input: $input) {
      valid
      findings {
        path
        message
      }
      summary
      userErrors {
        field
        message
        code
      }
    }
  }
`);

/** What the server says of rules: problems by field, and the rules in words. The same rules are asked about once. */
export function useRulesCheck(
  programId: string,
  rules: PointsRulesInput | null,
): { problems: Record<string, string>; summary: readonly string[] } {
  const { data } = useQuery({
    queryKey: ['admin', 'ProgramValidate', programId, rules],
    queryFn:
      rules === null
        ? skipToken
        : ({ signal }) => ask(ProgramValidate, { input: { id: programId, rules: { points: rules } } }, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const findings = data?.programValidate.findings;
  const problems = useMemo(() => placeFindings(findings ?? []), [findings]);
  return { problems, summary: data?.programValidate.summary ?? [] };
}
