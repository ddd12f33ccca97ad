import { useQuery } from '@tanstack/react-query';

import { asking } from '../graphql/queries.js';
import { useViewer } from '../shell/viewer.js';
import { Coalitions } from './partner-query.js';

/** The tenant's coalitions, as soon as they are known; not asked for who may not read partners. */
export function useCoalitions() {
  const { may } = useViewer();
  return useQuery({
    ...asking(Coalitions, {}),
    select: ({ programs }) => programs.nodes,
    enabled: may('READ_PROGRAMS') && may('READ_PARTNERS'),
    staleTime: 60_000,
  });
}
