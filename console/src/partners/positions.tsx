import { SimpleGrid, Text } from '@mantine/core';
import type { ReactElement } from 'react';

import { Figure } from '../parts/figure.js';
import { Panel } from '../parts/panel.js';
import { useFormats } from '../shell/viewer.js';
import type { PartnerFields, Position } from './partner-query.js';
import classes from './partners.module.css';

/** What a partner owes in each currency, or is owed. */
export function Owed({ positions }: { positions: readonly Position[] }): ReactElement {
  const { coins } = useFormats();
  if (positions.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        nothing
      </Text>
    );
  }
  return (
    <>
      {positions.map(({ currency, owedMicros }) => (
        <div key={currency}>
          <Text size="sm" fw={500}>
            {coins({ amount: Math.abs(owedMicros), currency })}
          </Text>
          <Text size="xs" c="dimmed">
            {owedMicros === 0 ? 'even' : owedMicros < 0 ? 'you owe it' : 'it owes you'}
          </Text>
        </div>
      ))}
    </>
  );
}

/** What a partner and the operator owe each other as of now. */
export function PositionPanel({ partner: { name, positions, unit } }: { partner: PartnerFields }): ReactElement {
  const { micros } = useFormats();
  return (
    <Panel title="Position" about="As of now; a settlement takes what was booked in its period.">
      {positions.length === 0 ? (
        <Text size="sm" c="dimmed" className={classes['typed'] ?? ''}>
          Nothing was issued or spent with {name} yet.
        </Text>
      ) : (
        positions.map(({ currency, owedMicros, exposedMicros }) => (
          <SimpleGrid key={currency} cols={{ base: 1, xs: 2 }}>
            <Figure
              plain
              label={owedMicros < 0 ? 'You owe it' : 'It owes you'}
              value={micros({ amount: Math.abs(owedMicros), currency })}
              note="For what is recognised and not paid"
            />
            <Figure
              plain
              label="On top, if all is spent"
              value={micros({ amount: exposedMicros, currency })}
              note={`For ${unit.namePlural} that it issued and does not owe yet`}
            />
          </SimpleGrid>
        ))
      )}
    </Panel>
  );
}
