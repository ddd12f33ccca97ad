import { Badge, Button, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { skipToken, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { endOfDay } from '../format/instants.js';
import { ask } from '../graphql/ask.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { type Balance, BalancesAsOf } from './member-query.js';
import classes from './members.module.css';

/** A member's points now or at the end of an earlier day, and how they will end. */
export function Balances({ memberId, now }: { memberId: string; now: readonly Balance[] }): ReactElement {
  const { tenant } = useViewer();
  const { isoDay, day: formatDay } = useFormats();
  const [day, setDay] = useState('');
  const today = isoDay(tenant.now);
  const asOf = day === '' || day >= today ? null : endOfDay(day, tenant.zone);
  const past = useQuery({
    queryKey: ['admin', 'BalancesAsOf', memberId, asOf],
    queryFn:
      asOf === null ? skipToken : ({ signal }) => ask(BalancesAsOf, { id: memberId, asOf }, signal),
  });
  return (
    <Panel title="Points" {...(asOf === null ? {} : { about: `At the end of ${formatDay(day)}` })}>
      <Stack>
        <TextInput
          type="date"
          size="xs"
          label="As of"
          max={today}
          value={day}
          onChange={({ currentTarget }) => setDay(currentTarget.value)}
        />
        {asOf === null ? (
          <List balances={now} />
        ) : (
          <Loaded query={past} lines={2}>
            {(found) => <List balances={found.member?.balances ?? []} />}
          </Loaded>
        )}
      </Stack>
    </Panel>
  );
}

function List({ balances }: { balances: readonly Balance[] }): ReactElement {
  if (balances.length === 0) {
    return <Text c="dimmed">No points.</Text>;
  }
  return (
    <Stack gap="lg">
      {balances.map((balance) => (
        <OneBalance key={balance.unit.id} balance={balance} />
      ))}
    </Stack>
  );
}

function OneBalance({ balance }: { balance: Balance }): ReactElement {
  const formats = useFormats();
  const { unit, available, pending, held, deficit, expiries, lapsesAt } = balance;
  const others = [
    { label: 'Pending', amount: pending, color: 'gray' },
    { label: 'Held', amount: held, color: 'gray' },
    { label: 'Below zero by', amount: deficit, color: 'red' },
  ].filter(({ amount }) => amount !== 0);
  return (
    <div>
      <Group gap="xs" align="baseline">
        <Text className={classes['balance'] ?? ''}>{formats.points(available, unit)}</Text>
        <Text c="dimmed">{available === 10 ** unit.scale ? unit.name : unit.namePlural} available</Text>
      </Group>
      {others.length > 0 && (
        <Group gap="xs" mt={4}>
          {others.map(({ label, amount, color }) => (
            <Badge key={label} variant="light" color={color} tt="none" autoContrast>
              {label} {formats.points(amount, unit)}
            </Badge>
          ))}
        </Group>
      )}
      {expiries.length > 0 && <Expiries balance={balance} />}
      {lapsesAt !== null && (
        <Text size="sm" c="dimmed" mt="xs">
          Without activity the last day of all of it is {formats.lastDay(lapsesAt)}.
        </Text>
      )}
    </div>
  );
}

const SHOWN = 6;

function Expiries({ balance: { expiries, unit } }: { balance: Balance }): ReactElement {
  const formats = useFormats();
  const [all, setAll] = useState(false);
  const shown = all ? expiries : expiries.slice(0, SHOWN);
  return (
    <>
    <Table mt="sm" verticalSpacing={6} horizontalSpacing={0}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Last day</Table.Th>
          <Table.Th scope="col" ta="right">
            Ends
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {shown.map(({ amount, lastDay, expiresAt }) => (
          <Table.Tr key={expiresAt}>
            <Table.Td>{formats.day(lastDay)}</Table.Td>
            <Table.Td ta="right">{formats.points(amount, unit)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
    {shown.length < expiries.length && (
      <Button variant="subtle" size="compact-sm" mt="xs" onClick={() => setAll(true)}>
        Show all {expiries.length}
      </Button>
    )}
    </>
  );
}
