import { Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { graphql } from '../../graphql/graphql.js';
import { asking } from '../../graphql/queries.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { useFormats } from '../../shell/viewer.js';

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

/** The causes of a giving program, with what was raised for each. */
export function CausesRaised({ programId }: { programId: string }): ReactElement {
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
