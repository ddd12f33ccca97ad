import { SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { asking } from '../graphql/queries.js';
import { Figure } from '../parts/figure.js';
import { Loaded } from '../parts/loaded.js';
import { useFormats } from '../shell/viewer.js';
import { type NextSettlement, listed } from './exposure-words.js';
import { CoalitionExposure } from './partner-query.js';
import classes from './partners.module.css';

/** How often to look what is owed by now. */
const LOOK_AGAIN_MS = 15_000;

/** What partners owe in all and are owed, what may come on top, and when is settled next. */
export function ExposureFigures({ programId, next }: { programId: string; next: NextSettlement | null }): ReactElement {
  const formats = useFormats();
  const query = useQuery({ ...asking(CoalitionExposure, { programId }), refetchInterval: LOOK_AGAIN_MS });
  const many = (count: number): string => `${formats.count(count)} ${count === 1 ? 'partner' : 'partners'}`;
  return (
    <Loaded query={query} lines={2}>
      {({ coalitionExposure }) => (
        <Stack component="section" aria-label="What is owed now">
          {coalitionExposure.map(({ currency, receivableMicros, partnersOwing, payableMicros, partnersOwed, exposedMicros }) => {
            const net = receivableMicros - payableMicros;
            return (
              <SimpleGrid key={currency} cols={{ base: 2, md: 4 }}>
                <Figure plain label="Partners owe you" value={formats.coins({ amount: receivableMicros, currency })} note={many(partnersOwing)} />
                <Figure plain label="You owe partners" value={formats.coins({ amount: payableMicros, currency })} note={many(partnersOwed)} />
                <Figure
                  plain
                  label={net < 0 ? 'In all you owe' : 'In all you get'}
                  value={formats.coins({ amount: Math.abs(net), currency })}
                  note="If all was settled today"
                />
                <Figure
                  plain
                  label="On top, if all is spent"
                  value={formats.coins({ amount: exposedMicros, currency })}
                  note="For points issued and not owed yet"
                />
              </SimpleGrid>
            );
          })}
          {next !== null && (
            <Text size="sm" c="dimmed" className={classes['typed'] ?? ''}>
              Settled next after {formats.day(next.day)}: {listed(next.names)}.
            </Text>
          )}
        </Stack>
      )}
    </Loaded>
  );
}
