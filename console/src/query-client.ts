import { QueryClient } from '@tanstack/react-query';

/** What the server said, shared by all pages. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 10_000, retry: 1 } },
});
