import { QueryClient } from '@tanstack/react-query';

import { Refused } from './graphql/ask.js';

/** What the server said, shared by all pages. A refusal is not asked again: the answer would be the same. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 10_000, retry: (failures, error) => failures < 1 && !(error instanceof Refused) },
    },
  });
}
