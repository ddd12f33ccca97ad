import { SimpleGrid, Stack, Text } from '@mantine/core';
import { IconFileText, IconStack2 } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { OneBlock } from '../partners/blocks.js';
import { TermsLines } from '../partners/terms-lines.js';
import { linesOf, timeOf } from '../partners/terms-words.js';
import { DialogButton } from '../parts/dialog.js';
import { Empty } from '../parts/empty.js';
import { Figure } from '../parts/figure.js';
import { Line } from '../parts/line.js';
import { Panel } from '../parts/panel.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import type { JoinedCoalition } from './participation-query.js';
import { shopSide } from './shop-words.js';

/** What the shop and the operator owe each other as of now. */
export function ShopPosition({ coalition: { positions, points }, operator }: { coalition: JoinedCoalition; operator: string }): ReactElement {
  const { micros } = useFormats();
  return (
    <Panel title="Position" about="As of now; a settlement takes what was booked in its period.">
      {positions.length === 0 ? (
        <Text size="sm" c="dimmed">
          No {points.namePlural} were issued or spent with you yet.
        </Text>
      ) : (
        <Stack>
          {positions.map(({ currency, owedMicros, exposedMicros }) => (
            <SimpleGrid key={currency} cols={{ base: 1, xs: 2 }}>
              <Figure
                plain
                label={owedMicros < 0 ? `${operator} owes you` : `You owe ${operator}`}
                value={micros({ amount: Math.abs(owedMicros), currency })}
                note="For what is recognised and not paid"
              />
              <Figure
                plain
                label="On top, if all is spent"
                value={micros({ amount: exposedMicros, currency })}
                note={`For ${points.namePlural} that you issued and do not owe yet`}
              />
            </SimpleGrid>
          ))}
        </Stack>
      )}
    </Panel>
  );
}

/** The terms that hold between the shop and the operator, and all that there were. */
export function ShopTermsPanel({ coalition, operator }: { coalition: JoinedCoalition; operator: string }): ReactElement {
  const { tenant } = useViewer();
  const formats = useFormats();
  const { terms, termsHistory, points } = coalition;
  return (
    <Panel
      title="Terms"
      about={terms === null ? 'None hold: you take no part.' : `Version ${terms.number}, ${timeOf(terms, tenant.now, formats)}`}
      actions={termsHistory.length > (terms === null ? 0 : 1) && <AllTerms coalition={coalition} />}
    >
      {terms === null ? (
        <Empty icon={IconFileText} title="No terms">
          {operator} says what you pay for {points.namePlural} that you issue, and what you get for those that are spent with you.
        </Empty>
      ) : (
        <TermsLines lines={linesOf(terms, points, formats, shopSide)} />
      )}
    </Panel>
  );
}

function AllTerms({ coalition: { name, termsHistory, points } }: { coalition: JoinedCoalition }): ReactElement {
  const { tenant } = useViewer();
  const formats = useFormats();
  return (
    <DialogButton label="All versions" title={`Your terms in ${name}`} size="lg" button={{ variant: 'default', size: 'xs' }}>
      {() => (
        <Stack gap="lg">
          {termsHistory.map((terms) => (
            <section key={terms.id} aria-label={`Version ${terms.number}`}>
              <Line about={`Saved ${formats.instant(terms.savedAt)}`} right={null}>
                Version {terms.number}, {timeOf(terms, tenant.now, formats)}
              </Line>
              <TermsLines lines={linesOf(terms, points, formats, shopSide)} />
            </section>
          ))}
          <Text size="xs" c="dimmed">
            Terms are never rewritten: what was cleared under a version stays as it was.
          </Text>
        </Stack>
      )}
    </DialogButton>
  );
}

/** The blocks of points that the shop paid ahead, the earliest first: it is used first. */
export function ShopBlocks({ coalition: { blocks, points, terms } }: { coalition: JoinedCoalition }): ReactElement {
  const { named } = useFormats();
  const left = blocks.reduce((sum, { remaining }) => sum + remaining, 0);
  const low = terms?.prepaid === true && left < (terms.blockAlert ?? 0);
  return (
    <Panel title="Blocks" about={`${named(left, points)} left of what you paid ahead${low ? ': fewer than your terms want' : ''}.`}>
      {blocks.length === 0 ? (
        <Empty icon={IconStack2} title="No block yet">
          You issue only what you paid ahead. Until the operator has booked a block, what members buy from you earns nothing.
        </Empty>
      ) : (
        <Stack>
          {blocks.map((block) => (
            <OneBlock key={block.id} block={block} unit={points} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}
