import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useState } from 'react';

import { graphql } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { memberTitle } from './member-words.js';

export const MemberChoices = graphql(`
  query MemberChoices($query: String) {
    members(query: $query, first: 20) {
      nodes {
        id
        externalId
        state
        name
        email
      }
    }
  }
`);

/** Chooses a member by the beginning of a name, an e-mail address, a phone number or an external id. */
export function MemberPicker({
  label,
  without,
  value,
  error,
  onChange,
}: {
  label: string;
  /** Who cannot be chosen. */
  without: string;
  value: string | null;
  error?: ReactNode;
  onChange: (id: string | null) => void;
}): ReactElement {
  const [typed, setTyped] = useState('');
  const [wanted] = useDebouncedValue(typed.trim(), 250);
  const query = useQuery({
    ...asking(MemberChoices, { query: wanted === '' ? null : wanted }),
    placeholderData: keepPreviousData,
  });
  const choices = (query.data?.members.nodes ?? [])
    .filter(({ id, state }) => id !== without && state !== 'MERGED' && state !== 'ERASED')
    .map((member) => ({ value: member.id, label: labelOf(member) }));
  return (
    <Select
      label={label}
      description="Type the beginning of a name, e-mail address, phone number or external id"
      searchable
      clearable
      // The server has searched: what it found is shown as it is.
      filter={({ options }) => options}
      data={choices}
      nothingFoundMessage={query.isFetching ? 'Looking…' : 'Nobody found'}
      rightSection={query.isFetching ? <Loader size="xs" /> : undefined}
      value={value}
      onSearchChange={(text) => setTyped(choices.some((choice) => choice.label === text) ? '' : text)}
      onChange={onChange}
      {...(error === undefined ? {} : { error })}
    />
  );
}

function labelOf(member: Parameters<typeof memberTitle>[0]): string {
  const title = memberTitle(member);
  const also = [member.email, member.externalId].filter((text) => text !== null && text !== title);
  return [title, ...also].join(' · ');
}
