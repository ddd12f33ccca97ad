import { Anchor, Badge, Button, Group, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconTag, IconUsers } from '@tabler/icons-react';
import { Link, getRouteApi } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';

import { type ResultOf, graphql } from '../graphql/graphql.js';
import { usePages } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import { type Column, Rows } from '../parts/table.js';
import type { Formats } from '../format/formats.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { AddMember } from './add-member.js';
import { MemberStateBadge, memberTitle } from './member-words.js';

export const MemberList = graphql(`
  query MemberList($query: String, $tag: String, $after: String) {
    members(query: $query, tag: $tag, first: 25, after: $after) {
      nodes {
        id
        externalId
        state
        name
        email
        phone
        tags
        joinedAt
        balances {
          unit {
            id
            name
            namePlural
            scale
            currency
          }
          available
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

type Row = ResultOf<typeof MemberList>['members']['nodes'][number];

const route = getRouteApi('/signed-in/members');

/** The members, to be searched. The search is in the address, so that a reload or a link keeps it. */
export function Members(): ReactElement {
  const { query: text, tag } = route.useSearch();
  const { may } = useViewer();
  const { query, more } = usePages(
    MemberList,
    { query: text ?? null, tag: tag ?? null, after: null },
    (result) => result.members,
  );
  const formats = useFormats();
  const searched = text !== undefined || tag !== undefined;
  return (
    <Page title="Members" actions={may('WRITE_MEMBERS') && <AddMember />}>
      <Search key={`${text === undefined} ${tag === undefined}`} />
      <Loaded query={query} lines={8}>
        {(rows) =>
          rows.length > 0 ? (
            <div>
              <Rows label="Members" columns={columnsOf(formats)} rows={rows} />
              <More more={more} />
            </div>
          ) : (
            <Empty icon={IconUsers} title={searched ? 'Nobody found' : 'No members yet'}>
              {searched
                ? 'The search looks at the beginning of names, e-mail addresses, phone numbers and external ids.'
                : 'Members come from your shop, from an import, or are added by hand.'}
            </Empty>
          )
        }
      </Loaded>
    </Page>
  );
}

function Search(): ReactElement {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState({ query: search.query ?? '', tag: search.tag ?? '' });
  const go = useDebouncedCallback((next: typeof typed) => {
    const { query, tag } = { query: next.query.trim(), tag: next.tag.trim() };
    void navigate({ search: { ...(query === '' ? {} : { query }), ...(tag === '' ? {} : { tag }) }, replace: true });
  }, 300);
  const change = (next: typeof typed): void => {
    setTyped(next);
    go(next);
  };
  return (
    <Group component="search" gap="sm">
      <TextInput
        flex="1 1 280px"
        type="search"
        aria-label="Search members"
        placeholder="Name, e-mail, phone or external id"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed.query}
        onChange={({ currentTarget }) => change({ ...typed, query: currentTarget.value })}
      />
      <TextInput
        flex="0 1 180px"
        type="search"
        aria-label="With this tag"
        placeholder="Tag"
        leftSection={<IconTag size={16} aria-hidden />}
        value={typed.tag}
        onChange={({ currentTarget }) => change({ ...typed, tag: currentTarget.value })}
      />
      {(typed.query !== '' || typed.tag !== '') && (
        <Button variant="subtle" onClick={() => change({ query: '', tag: '' })}>
          Clear
        </Button>
      )}
    </Group>
  );
}

function columnsOf(formats: Formats): readonly Column<Row>[] {
  return [
    {
      title: 'Name',
      cell: (member) => (
        <Group gap="xs">
          <Anchor component={Link} to={`/members/${member.id}`} size="sm" fw={500}>
            {memberTitle(member)}
          </Anchor>
          <MemberStateBadge state={member.state} />
        </Group>
      ),
    },
    { title: 'Contact', cell: ({ email, phone }) => email ?? phone },
    { title: 'External id', cell: ({ externalId }) => externalId },
    {
      title: 'Tags',
      cell: ({ tags }) =>
        tags.length > 0 && (
          <Group gap={4}>
            {tags.slice(0, 3).map((tag) => (
              <Badge key={tag} variant="default" tt="none" fw={500}>
                {tag}
              </Badge>
            ))}
            {tags.length > 3 && <Text size="xs">+{tags.length - 3}</Text>}
          </Group>
        ),
    },
    { title: 'Joined', cell: ({ joinedAt }) => formats.dayOf(joinedAt) },
    {
      title: 'Available',
      number: true,
      cell: ({ balances }) =>
        balances.length === 0
          ? '0'
          : balances.map(({ unit, available }) => <div key={unit.id}>{formats.named(available, unit)}</div>),
    },
  ];
}
