import { Anchor, Badge, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import type { Formats } from '../format/formats.js';
import { type ResultOf, graphql } from '../graphql/graphql.js';
import { usePages } from '../graphql/queries.js';
import { Line } from '../parts/line.js';
import { Failure } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Panel } from '../parts/panel.js';
import { useFormats } from '../shell/viewer.js';

export const MemberPlays = graphql(`
  query MemberPlays($id: ID!, $after: String) {
    gamePlays(memberId: $id, first: 10, after: $after) {
      nodes {
        id
        programId
        name
        drawnName
        won
        playedAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

type Play = ResultOf<typeof MemberPlays>['gamePlays']['nodes'][number];

/** What a member played, and what they won; nothing of who never did. */
export function Plays({ memberId }: { memberId: string }): ReactElement | null {
  const { query, more } = usePages(MemberPlays, { id: memberId, after: null }, ({ gamePlays }) => gamePlays);
  const formats = useFormats();
  if (query.data === undefined) {
    return query.error === null ? null : <Failure error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (query.data.length === 0) {
    return null;
  }
  return (
    <Panel title="Plays">
      <Stack gap="sm">
        {query.data.map((play) => (
          <Line
            key={play.id}
            about={aboutOf(play, formats)}
            right={
              play.won ? (
                <Badge variant="light" color="teal" miw="max-content" autoContrast>
                  Won
                </Badge>
              ) : (
                <Text size="sm" c="dimmed">
                  Blank
                </Text>
              )
            }
          >
            <Anchor component={Link} to={`/programs/${play.programId}`} size="sm" fw={500}>
              {play.name}
            </Anchor>
          </Line>
        ))}
      </Stack>
      <More more={more} />
    </Panel>
  );
}

function aboutOf({ playedAt, name, drawnName }: Play, formats: Formats): string {
  return name === drawnName
    ? formats.instant(playedAt)
    : `${formats.instant(playedAt)}, in place of ${drawnName}, which was used up`;
}
