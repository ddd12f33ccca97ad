import { useQuery } from '@tanstack/react-query';

import { asking } from '../graphql/queries.js';
import { useViewer } from '../shell/viewer.js';
import { ParticipationIds } from './participation-query.js';

/** Whether there is something to see or do about coalitions of others: who may join always can, who only reads if there is one. */
export function useTakesPart(): boolean {
  const { may } = useViewer();
  const joins = may('JOIN_COALITIONS');
  const { data } = useQuery({ ...asking(ParticipationIds, {}), enabled: !joins && may('READ_PARTNERS'), staleTime: 60_000 });
  return joins || (data?.participations.length ?? 0) > 0;
}
