import { Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { asking } from '../graphql/queries.js';
import { Figure } from '../parts/figure.js';
import { Line } from '../parts/line.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { type ClearingTotals, Netting } from './settlement-query.js';
import { accountsOf, monthBefore } from './settlement-words.js';
import classes from './settlements.module.css';

/** What the settlements of some days come to, and each account of the coalition: all of it sums to zero. */
export function NettingPanel({ programId }: { programId: string }): ReactElement {
  const formats = useFormats();
  const { tenant } = useViewer();
  const [days, setDays] = useState(() => monthBefore(formats.isoDay(tenant.now)));
  const query = useQuery({
    ...asking(Netting, { programId, ...days }),
    enabled: days.firstDay !== '' && days.lastDay !== '',
    placeholderData: keepPreviousData,
  });
  return (
    <Panel title="Netting" about="Settlements that end on these days, and what was cleared on them.">
      <Stack>
        <Group gap="sm">
          <TextInput flex="0 1 180px" size="xs" type="date" label="From" value={days.firstDay} onChange={({ currentTarget: { value } }) => setDays({ ...days, firstDay: value })} />
          <TextInput flex="0 1 180px" size="xs" type="date" label="To" value={days.lastDay} onChange={({ currentTarget: { value } }) => setDays({ ...days, lastDay: value })} />
        </Group>
        <Loaded query={query} lines={3}>
          {({ settlementNetting, clearingTotals }) => (
            <>
              {settlementNetting.length === 0 && (
                <Text size="sm" c="dimmed">
                  No settlement ends on these days.
                </Text>
              )}
              {settlementNetting.map(({ currency, settlements, receivable, payable, operator }) => (
                <SimpleGrid key={currency} cols={{ base: 1, xs: 3 }}>
                  <Figure plain label="Partners pay" value={formats.money({ amount: receivable, currency })} note={`${formats.count(settlements)} settlements`} />
                  <Figure plain label="You pay" value={formats.money({ amount: payable, currency })} />
                  <Figure plain label={operator < 0 ? 'In all you pay' : 'In all you get'} value={formats.money({ amount: Math.abs(operator), currency })} />
                </SimpleGrid>
              ))}
              {clearingTotals.map((totals) => (
                <Accounts key={totals.currency} totals={totals} />
              ))}
            </>
          )}
        </Loaded>
      </Stack>
    </Panel>
  );
}

/** What came to each account in all; the last line is zero. */
function Accounts({ totals }: { totals: ClearingTotals }): ReactElement {
  const { column } = useFormats();
  const accounts = accountsOf(totals);
  const all = accounts.reduce((sum, { amount }) => sum + amount, 0);
  const shown = column([...accounts.map(({ amount }) => amount), all], totals.currency);
  return (
    <Stack gap={4} component="section" aria-label={`Accounts in ${totals.currency}`} className={classes['accounts'] ?? ''}>
      {accounts.map(({ account }, place) => (
        <Line key={account} about="" right={<Text size="sm">{shown[place]}</Text>}>
          {account}
        </Line>
      ))}
      <Line about="" right={<Text size="sm" fw={600}>{shown.at(-1)}</Text>}>
        All together
      </Line>
    </Stack>
  );
}
