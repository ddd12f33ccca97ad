import { Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { type ResultOf, graphql } from '../../graphql/graphql.js';
import { asking } from '../../graphql/queries.js';
import { MemberLink } from '../../members/member-link.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { type Column, PlainRows } from '../../parts/table.js';
import { useFormats } from '../../shell/viewer.js';
import classes from '../editor/editor.module.css';

export const Games = graphql(`
  query Games {
    games {
      programId
      open
      odds {
        prize
        name
        percent
      }
      chanceOfWinning
      commitment
      rulesPath
      verifyPath
    }
  }
`);

export const GamePlays = graphql(`
  query GamePlays($programId: ID!) {
    gamePlays(programId: $programId, first: 10) {
      nodes {
        id
        memberId
        name
        won
        playedAt
      }
    }
  }
`);

type Play = ResultOf<typeof GamePlays>['gamePlays']['nodes'][number];

/** The odds of a game as members see them, and who played last. */
export function GameInside({ programId }: { programId: string }): ReactElement {
  const games = useQuery(asking(Games, {}));
  const plays = useQuery(asking(GamePlays, { programId }));
  const columns = usePlayColumns();
  return (
    <>
      <Panel title="Odds" about="As members see them; they come from the table that is drawn from.">
        <Loaded query={games} lines={3}>
          {({ games: found }) => {
            const game = found.find((one) => one.programId === programId);
            return game === undefined ? (
              <Text size="sm" c="dimmed">
                The game is not running now.
              </Text>
            ) : (
              <Stack gap="xs">
                <PlainRows
                  label="Odds"
                  columns={[
                    { title: 'Prize', cell: ({ name }) => name },
                    { title: 'Chance', number: true, cell: ({ percent }) => percent },
                  ]}
                  rows={game.odds.map((one) => ({ ...one, id: one.prize }))}
                />
                {game.commitment !== null && (
                  <Text size="xs" c="dimmed" className={classes['anywhere'] ?? ''}>
                    The seed in use is committed to by {game.commitment}
                  </Text>
                )}
                <Text size="sm">
                  <Anchor href={game.rulesPath} size="sm">
                    Rules for members
                  </Anchor>
                  {' · '}
                  <Anchor href={game.verifyPath} size="sm">
                    Check a draw
                  </Anchor>
                </Text>
              </Stack>
            );
          }}
        </Loaded>
      </Panel>
      <Panel title="Latest plays">
        <Loaded query={plays} lines={3}>
          {({ gamePlays: { nodes } }) =>
            nodes.length === 0 ? (
              <Text size="sm" c="dimmed">
                Nobody has played yet.
              </Text>
            ) : (
              <PlainRows label="Latest plays" columns={columns} rows={nodes} />
            )
          }
        </Loaded>
      </Panel>
    </>
  );
}

function usePlayColumns(): readonly Column<Play>[] {
  const { instant } = useFormats();
  return [
    { title: 'Prize', cell: ({ name }) => name },
    { title: 'Won', cell: ({ won }) => (won ? 'yes' : 'no') },
    { title: 'When', cell: ({ playedAt }) => instant(playedAt) },
    {
      title: 'Member',
      cell: ({ memberId }) => memberId !== null && <MemberLink id={memberId} />,
    },
  ];
}
