import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { memberNameOf } from './member-names.js';

/**
 * A member's name, which leads to their page; until it is known, and if it cannot be, "Member". Inside of a text it is of
 * the text's size (`inherit`).
 */
export function MemberLink({ id, inherit = false }: { id: string; inherit?: boolean }): ReactElement {
  const { data } = useQuery({
    queryKey: ['admin', 'MemberNames', id],
    queryFn: () => memberNameOf(id),
    staleTime: 60_000,
  });
  return (
    <Anchor component={Link} to={`/members/${id}`} {...(inherit ? { inherit } : { size: 'sm' })}>
      {data ?? 'Member'}
    </Anchor>
  );
}
