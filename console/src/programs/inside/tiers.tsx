import { Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { graphql } from '../../graphql/graphql.js';
import { asking } from '../../graphql/queries.js';
import { Line } from '../../parts/line.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { useFormats } from '../../shell/viewer.js';
import { TierRoster } from './rosters.js';

export const ProgramTiers = graphql(`
  query ProgramTiers($programId: ID!) {
    program(id: $programId) {
      tiers {
        tier
        name
        members
      }
    }
  }
`);

/** The tiers of a program, the highest first, with who is in each. */
export function TiersInside({ programId }: { programId: string }): ReactElement {
  const query = useQuery(asking(ProgramTiers, { programId }));
  const formats = useFormats();
  return (
    <Panel
      title="Tiers"
      about="Members who did something since the program runs. Everybody else has what everybody has."
    >
      <Loaded query={query} lines={3}>
        {({ program }) => {
          const tiers = (program?.tiers ?? []).toReversed();
          const all = tiers.reduce((sum, { members }) => sum + members, 0);
          return (
            <Stack gap="md">
              {tiers.map((tier) => {
                const share = all === 0 ? 0 : tier.members / all;
                const text = `${formats.percent(share)} of them`;
                return (
                  <div key={tier.tier}>
                    <Line about="" right={<TierRoster programId={programId} tier={tier} />}>
                      {tier.name}
                    </Line>
                    <Progress value={share * 100} aria-label={`${tier.name}: ${text}`} size="sm" my={4} />
                    <Text size="xs" c="dimmed">
                      {text}
                    </Text>
                  </div>
                );
              })}
            </Stack>
          );
        }}
      </Loaded>
    </Panel>
  );
}
