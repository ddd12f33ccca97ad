import { Anchor, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { type ResultOf, graphql } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { type Column, PlainRows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats } from '../shell/viewer.js';
import classes from './editor/editor.module.css';

export const Causes = graphql(`
  query Causes($programId: ID!) {
    causes(programId: $programId) {
      slug
      name
      open
      donations
      raised {
        amount
        currency
      }
      matched {
        amount
        currency
      }
      goal {
        amount
        currency
      }
    }
  }
`);

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

export const Plans = graphql(`
  query Plans($programId: ID!) {
    membershipPlans(programId: $programId) {
      plan
      name
      price {
        amount
        currency
      }
      period
      trialMonths
      summary
    }
  }
`);

/** What lives in a program that runs: its causes with what was raised, its game's odds and plays, its plans. */
export function Inside({ program: { id, kind } }: { program: { readonly id: string; readonly kind: string } }): ReactElement | null {
  switch (kind) {
    case 'GIVING':
      return <CausesRaised programId={id} />;
    case 'GAME':
      return <GameInside programId={id} />;
    case 'PAID':
      return <PlansSold programId={id} />;
    default:
      return null;
  }
}

function CausesRaised({ programId }: { programId: string }): ReactElement {
  const query = useQuery(asking(Causes, { programId }));
  const formats = useFormats();
  return (
    <Panel title="Causes" about="What was raised so far, matching included.">
      <Loaded query={query} lines={3}>
        {({ causes }) => (
          <Stack>
            {causes.map(({ slug, name, open, donations, raised, matched, goal }) => {
              const text = `${formats.money(raised)}${goal === null ? '' : ` of ${formats.money(goal)}`} raised`;
              return (
                <div key={slug}>
                  <Text fw={600} size="sm">
                    {name}
                    {!open && ' (closed)'}
                  </Text>
                  <Text size="sm">{text}</Text>
                  {goal !== null && <Progress value={Math.min(100, (raised.amount / goal.amount) * 100)} aria-label={`${name}: ${text}`} size="sm" my={4} />}
                  <Text size="xs" c="dimmed">
                    {formats.count(donations)} donations; {formats.money(matched)} of it added by you
                  </Text>
                </div>
              );
            })}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function GameInside({ programId }: { programId: string }): ReactElement {
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
      cell: ({ memberId }) =>
        memberId !== null && (
          <Anchor component={Link} to={`/members/${memberId}`} size="sm">
            Open
          </Anchor>
        ),
    },
  ];
}

function PlansSold({ programId }: { programId: string }): ReactElement {
  const query = useQuery(asking(Plans, { programId }));
  const formats = useFormats();
  return (
    <Panel title="Plans">
      <Loaded query={query} lines={3}>
        {({ membershipPlans }) => (
          <Stack gap="sm">
            {membershipPlans.map(({ plan, name, price, period, trialMonths, summary }) => (
              <div key={plan}>
                <Text fw={600} size="sm">
                  {name}
                </Text>
                <Text size="sm">
                  {formats.money(price)} {period === 'ONCE' ? 'once' : `a ${words(period).toLowerCase()}`}
                  {trialMonths !== null && `, ${formats.count(trialMonths)} ${trialMonths === 1 ? 'month' : 'months'} free at first`}
                </Text>
                <Text size="xs" c="dimmed">
                  {summary}
                </Text>
              </div>
            ))}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}
