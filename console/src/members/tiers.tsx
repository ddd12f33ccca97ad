import { Badge, Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { asking } from '../graphql/queries.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import classes from './members.module.css';
import { SetTier } from './set-tier.js';
import { type NamedUnit, needWords, reasonWords } from './tier-words.js';
import { MemberTiers, type MemberTier, type TierNeed, type TieredProgram } from './tiers-query.js';

/** The tier that a member has in each tiered program, and how far it is to the next. Nothing where there are no tiers. */
export function Tiers({ memberId }: { memberId: string }): ReactElement | null {
  const { may } = useViewer();
  const query = useQuery(asking(MemberTiers, { id: memberId }));
  if (query.data?.member?.tiers.length === 0) {
    return null;
  }
  const programs = tieredOnly(query.data?.programs.nodes ?? []);
  return (
    <Panel
      title="Tiers"
      actions={programs.length > 0 && may('ADJUST_POINTS') && <SetTier memberId={memberId} programs={programs} />}
    >
      <Loaded query={query} lines={3}>
        {({ member, programs: { nodes }, units }) => (
          <Stack gap="lg">
            {member?.tiers.map((tier) => (
              <OneTier
                key={tier.programId}
                tier={tier}
                units={units}
                program={nodes.find(({ id }) => id === tier.programId)?.name ?? 'A program'}
              />
            ))}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function OneTier({
  tier,
  program,
  units,
}: {
  tier: MemberTier;
  program: string;
  units: readonly NamedUnit[];
}): ReactElement {
  const formats = useFormats();
  const { name, since, until, reason, nextName, ways, countsUntil } = tier;
  const facts = [
    since === null ? null : `since ${formats.dayOf(since)}`,
    until === null ? null : `until ${formats.lastDay(until)}`,
    reason === null ? null : reasonWords[reason],
  ].filter((fact) => fact !== null);
  return (
    <Stack gap="xs">
      <div>
        <Group gap="xs" align="baseline">
          <Text className={classes['balance'] ?? ''}>{name ?? 'No tier'}</Text>
          <Text c="dimmed">{program}</Text>
          {reason === 'SET' && (
            <Badge variant="light" color="orange" autoContrast>
              By hand
            </Badge>
          )}
        </Group>
        {facts.length > 0 && (
          <Text size="sm" c="dimmed">
            {facts.join(', ')}
          </Text>
        )}
      </div>
      {nextName === null ? (
        <Text size="sm">This is the highest tier.</Text>
      ) : (
        <Stack gap={6}>
          <Text size="sm" fw={600}>
            To {nextName}
            {countsUntil !== null && ` by ${formats.day(countsUntil)}`}
          </Text>
          {ways.map((way, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- the ways of a version never change
            <Stack key={index} gap={6}>
              {index > 0 && (
                <Text size="xs" c="dimmed">
                  or
                </Text>
              )}
              {way.allOf.map((need) => (
                <Need key={need.metric} need={need} units={units} />
              ))}
            </Stack>
          ))}
        </Stack>
      )}
    </Stack>
  );
}

function Need({ need, units }: { need: TierNeed; units: readonly NamedUnit[] }): ReactElement {
  const text = needWords(need, units, useFormats());
  return (
    <div>
      <Text size="sm" c="dimmed">
        {text}
      </Text>
      <Progress value={Math.min(100, (need.has / need.atLeast) * 100)} aria-label={text} size="sm" />
    </div>
  );
}

/** Programs with their tiers, of those that have some. */
function tieredOnly(programs: readonly TieredProgram[]) {
  return programs.flatMap(({ id, name, live }) => {
    const tiers = live?.rules.tiered?.tiers ?? [];
    return tiers.length === 0 ? [] : [{ id, name, tiers }];
  });
}
