import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import type { Formats } from '../../format/formats.js';
import { type ResultOf, graphql } from '../../graphql/graphql.js';
import { asking } from '../../graphql/queries.js';
import { sentence } from '../../graphql/user-errors.js';
import { Line } from '../../parts/line.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { useFormats } from '../../shell/viewer.js';
import { PlanRoster } from './rosters.js';

export const Plans = graphql(`
  query Plans($programId: ID!) {
    membershipPlans(programId: $programId) {
      plan
      summary
    }
    program(id: $programId) {
      plans {
        plan
        name
        trial
        active
        pastDue
        cancelling
      }
    }
  }
`);

type Had = NonNullable<ResultOf<typeof Plans>['program']>['plans'][number];

/** The plans of a paid program: what each costs, and who has it. */
export function PlansInside({ programId }: { programId: string }): ReactElement {
  const query = useQuery(asking(Plans, { programId }));
  const formats = useFormats();
  return (
    <Panel title="Plans" about="What is sold, and how many members have it.">
      <Loaded query={query} lines={3}>
        {({ membershipPlans, program }) => (
          <Stack gap="md">
            {program?.plans.map((had) => {
              const sold = membershipPlans.find(({ plan }) => plan === had.plan);
              const members = had.trial + had.active + had.pastDue + had.cancelling;
              return (
                <div key={had.plan}>
                  <Line
                    about={sold === undefined ? 'No longer sold' : sentence(sold.summary)}
                    right={<PlanRoster programId={programId} plan={had} members={members} />}
                  >
                    {had.name}
                  </Line>
                  <Text size="xs" c="dimmed">
                    {statesOf(had, formats)}
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

/** In which states those memberships are that are not simply paid for. */
function statesOf({ trial, pastDue, cancelling }: Had, formats: Formats): string {
  return [
    trial > 0 ? `${formats.count(trial)} on trial` : null,
    pastDue > 0 ? `${formats.count(pastDue)} past due` : null,
    cancelling > 0 ? `${formats.count(cancelling)} cancelling` : null,
  ]
    .filter((text) => text !== null)
    .join(', ');
}
