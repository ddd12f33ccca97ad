import { Alert, Grid, List, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconCalendarOff, IconEqual } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import type { Formats } from '../../format/formats.js';
import { asking } from '../../graphql/queries.js';
import { MemberLink } from '../../members/member-link.js';
import { Empty } from '../../parts/empty.js';
import { Figure } from '../../parts/figure.js';
import { Panel } from '../../parts/panel.js';
import { type Column, PlainRows } from '../../parts/table.js';
import { useFormats } from '../../shell/viewer.js';
import { type Overview, type Replay, type ReplayResult, type ReplayUnit, RewardNames } from './replay-query.js';
import { signed, tierNames, unplayedWords } from './replay-words.js';
import { windowWords } from './window-words.js';

/** What a replay came to: points, what they cost, who has more and less, tiers and rewards; and what it leaves out. */
export function ReplayReport({
  replay,
  result,
  overview,
}: {
  replay: Replay;
  result: ReplayResult;
  overview: Overview;
}): ReactElement {
  const formats = useFormats();
  const draft = overview.program?.draft ?? null;
  const { activities, members, units, tierMoves, rewards } = result;
  const changed = units.filter(({ difference, membersMore, membersLess }) => difference !== 0 || membersMore + membersLess > 0);
  const same = units.filter((unit) => !changed.includes(unit));
  const nothing = changed.length === 0 && tierMoves.length === 0 && rewards.every(({ before, after }) => before === after);
  return (
    <Stack gap="lg">
      <Panel title="What it would have changed" about={windowWords(replay, formats)}>
        <Stack>
          {draft !== null && Date.parse(draft.savedAt) > Date.parse(replay.askedAt) && (
            <Alert color="yellow">The draft was saved again since: replay it once more to see what it does now.</Alert>
          )}
          {activities === 0 ? (
            <Empty icon={IconCalendarOff} title="Nothing happened in that time">
              No member did anything that rules decide on. Choose a longer time, or an earlier one.
            </Empty>
          ) : (
            <>
              <Text size="sm">
                {formats.count(activities)} {activities === 1 ? 'activity' : 'activities'} of {formats.count(members)}{' '}
                {members === 1 ? 'member' : 'members'} were played.
              </Text>
              {nothing && (
                <Empty icon={IconEqual} title="It would have changed nothing">
                  By both rules everybody has the same points, tiers and rewards.
                </Empty>
              )}
              {changed.map((unit) => (
                <UnitFigures key={unit.unit.id} found={unit} />
              ))}
              {!nothing &&
                same.map(({ unit, before }) => (
                  <Text key={unit.id} size="sm" c="dimmed">
                    By both rules everybody has the same {unit.namePlural}: {formats.named(before, unit)} in all.
                  </Text>
                ))}
            </>
          )}
        </Stack>
      </Panel>
      {!nothing && (
        <>
          {changed.map((unit) => (
            <Movers key={unit.unit.id} found={unit} several={changed.length > 1} />
          ))}
          {tierMoves.length > 0 && <TierMoves moves={tierMoves} overview={overview} />}
          {rewards.length > 0 && <Rewards rewards={rewards} />}
        </>
      )}
      <NotPlayed unplayed={result.unplayed} />
    </Stack>
  );
}

function UnitFigures({ found }: { found: ReplayUnit }): ReactElement {
  const formats = useFormats();
  const { unit, before, after, difference, worthBefore, worthAfter, membersMore, membersLess } = found;
  const worth = worthBefore === null || worthAfter === null ? null : { amount: worthAfter.amount - worthBefore.amount, currency: worthAfter.currency };
  const share = (part: number, whole: number): string =>
    whole === 0 ? '' : ` (${signed(part / whole, formats.percent)})`;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing={{ base: 'sm', sm: 'md' }}>
      <Figure
        label={`${unit.namePlural.charAt(0).toUpperCase()}${unit.namePlural.slice(1)} given`}
        value={formats.change(difference, unit)}
        note={`${formats.points(before, unit)} → ${formats.points(after, unit)}${share(difference, before)}`}
      />
      {worth !== null && worthBefore !== null && worthAfter !== null && (
        <Figure
          label="What they cost"
          value={signed(worth.amount, (amount) => formats.money({ ...worth, amount }))}
          note={`${formats.money(worthBefore)} → ${formats.money(worthAfter)} once all pay${share(worth.amount, worthBefore.amount)}`}
        />
      )}
      <Figure label="Members with more" value={formats.count(membersMore)} note="than by the live rules" />
      <Figure label="Members with less" value={formats.count(membersLess)} note="than by the live rules" />
    </SimpleGrid>
  );
}

function Movers({ found: { unit, gainers, losers }, several }: { found: ReplayUnit; several: boolean }): ReactElement | null {
  const of = several ? `, ${unit.namePlural}` : '';
  const shown = [
    { title: `Who would have gained most${of}`, rows: gainers },
    { title: `Who would have lost most${of}`, rows: losers },
  ].filter(({ rows }) => rows.length > 0);
  const formats = useFormats();
  return shown.length === 0 ? null : (
    <Grid gap="lg">
      {shown.map(({ title, rows }) => (
        <Grid.Col key={title} span={{ base: 12, md: shown.length === 1 ? 12 : 6 }}>
          <Panel title={title}>
            <PlainRows
              label={title}
              rows={rows.map((row) => ({ ...row, id: row.memberId }))}
              columns={moverColumns(unit, formats)}
            />
          </Panel>
        </Grid.Col>
      ))}
    </Grid>
  );
}

function moverColumns(unit: ReplayUnit['unit'], formats: Formats): readonly Column<ReplayUnit['gainers'][number] & { readonly id: string }>[] {
  return [
    { title: 'Member', cell: ({ memberId }) => <MemberLink id={memberId} /> },
    { title: 'Live rules', number: true, cell: ({ before }) => formats.points(before, unit) },
    { title: 'Draft', number: true, cell: ({ after }) => formats.points(after, unit) },
    { title: 'Difference', number: true, cell: ({ difference }) => <strong>{formats.change(difference, unit)}</strong> },
  ];
}

function TierMoves({ moves, overview }: { moves: ReplayResult['tierMoves']; overview: Overview }): ReactElement {
  const formats = useFormats();
  const nameOf = tierNames(overview);
  const name = (program: string): string => overview.programs.nodes.find(({ id }) => id === program)?.name ?? 'A program';
  const several = new Set(moves.map(({ programId }) => programId)).size > 1;
  return (
    <Panel title="Tiers" about="Members who would be in another tier at the end.">
      <PlainRows
        label="Tiers"
        rows={moves.map((move) => ({ ...move, id: `${move.programId} ${move.before} ${move.after}` }))}
        columns={[
          ...(several ? [{ title: 'Program', cell: ({ programId }: (typeof moves)[number]) => name(programId) }] : []),
          { title: 'Live rules', cell: ({ programId, before }) => nameOf(programId, before) },
          { title: 'Draft', cell: ({ programId, after }) => nameOf(programId, after) },
          { title: 'Members', number: true, cell: ({ members }) => formats.count(members) },
        ]}
      />
    </Panel>
  );
}

function Rewards({ rewards }: { rewards: ReplayResult['rewards'] }): ReactElement {
  const { data } = useQuery(asking(RewardNames, {}));
  const formats = useFormats();
  return (
    <Panel title="Rewards given by rules">
      <PlainRows
        label="Rewards given by rules"
        rows={rewards.map(({ reward, ...counted }) => ({
          ...counted,
          id: reward,
          name: data?.rewards.nodes.find(({ slug }) => slug === reward)?.name ?? reward,
        }))}
        columns={rewardColumns(formats)}
      />
    </Panel>
  );
}

function rewardColumns({ count }: Formats): readonly Column<{ id: string; name: string; before: number; after: number }>[] {
  return [
    { title: 'Reward', cell: ({ name }) => name },
    { title: 'Live rules', number: true, cell: ({ before }) => count(before) },
    { title: 'Draft', number: true, cell: ({ after }) => count(after) },
    { title: 'Difference', number: true, cell: ({ before, after }) => <strong>{signed(after - before, count)}</strong> },
  ];
}

function NotPlayed({ unplayed }: { unplayed: ReplayResult['unplayed'] }): ReactElement {
  return (
    <Panel title="What is not played" about="Read the figures with that in mind.">
      <List size="sm" spacing={4}>
        {unplayed.map((one) => (
          <List.Item key={one}>{unplayedWords[one]}</List.Item>
        ))}
        <List.Item>What members would have done otherwise, had they known these rules.</List.Item>
      </List>
    </Panel>
  );
}
