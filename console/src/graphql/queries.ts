import { infiniteQueryOptions, queryOptions, useInfiniteQuery } from '@tanstack/react-query';

import { ask, nameOf } from './ask.js';
import type { TadaDocumentNode } from './graphql.js';

/** How TanStack Query asks a question and remembers the answer: under the operation's name and its variables. */
export function asking<R, V>(document: TadaDocumentNode<R, V>, variables: V) {
  return queryOptions({
    queryKey: ['admin', nameOf(document), variables],
    queryFn: ({ signal }) => ask(document, variables, signal),
  });
}

/** One page of a list, as the API's connections are shaped. */
export interface Connection<N> {
  readonly nodes: readonly N[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/**
 * A list page by page; `pick` finds the connection in the answer, null if what it belongs to does not exist. `again`
 * is after how many milliseconds to ask anew, for what changes by itself.
 */
export function usePages<R, V extends { after?: string | null }, N>(
  document: TadaDocumentNode<R, V>,
  variables: V,
  pick: (result: R) => Connection<N> | null | undefined,
  again: number | false = false,
) {
  const query = useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: ['admin', nameOf(document), variables, 'pages'],
      queryFn: ({ pageParam, signal }) => ask(document, { ...variables, after: pageParam }, signal),
      initialPageParam: null as string | null,
      getNextPageParam: (last) => {
        const info = pick(last)?.pageInfo;
        return info?.hasNextPage === true ? info.endCursor : null;
      },
      refetchInterval: again,
    }),
  );
  const nodes = query.data?.pages.flatMap((page) => pick(page)?.nodes ?? []);
  return { query: { data: nodes, error: query.error, refetch: query.refetch }, more: query };
}
