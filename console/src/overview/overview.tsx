import { SegmentedControl, SimpleGrid, Stack } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { asking } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Figure } from '../parts/figure.js';
import { Panel } from '../parts/panel.js';
import { useFormats } from '../shell/viewer.js';
import { DayChart } from './day-chart.js';
import { FirstSteps } from './first-steps.js';
import classes from './overview.module.css';
import { type Figures, OverviewFigures, type UnitFigures } from './overview-query.js';
import { Overdue } from './overdue.js';

/** The first page after signing in: the tenant at a glance. */
export function Overview(): ReactElement {
  const [days, setDays] = useState('30');
  const query = useQuery({ ...asking(OverviewFigures, { days: Number(days) }), placeholderData: keepPreviousData });
  return (
    <Page
      title="Overview"
      actions={
        <SegmentedControl
          aria-label="Days shown"
          value={days}
          onChange={setDays}
          data={['7', '30', '90'].map((value) => ({ value, label: `${value} days` }))}
        />
      }
    >
      <Loaded query={query} lines={8}>
        {(figures) => <AtAGlance figures={figures} days={Number(days)} />}
      </Loaded>
    </Page>
  );
}

function AtAGlance({ figures, days }: { figures: Figures; days: number }): ReactElement {
  const { overview } = figures;
  const { count, percent } = useFormats();
  return (
    <Stack gap="lg">
      <FirstSteps figures={figures} />
      <Overdue job={overview.oldestDueJob} />
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: 'sm', sm: 'md' }}>
        <Figure label="Members" value={count(overview.members)} note={`${count(overview.membersNew)} new in 30 days`} />
        <Figure
          label="Active members"
          value={count(overview.membersActive)}
          note={overview.members === 0 ? 'in 30 days' : `${percent(overview.membersActive / overview.members)} in 30 days`}
        />
        <Figure label="Activities" value={count(overview.activities)} note={`in ${days} days`} />
        <Figure label="Redemptions" value={count(overview.redemptions)} note={`in ${days} days`} />
      </SimpleGrid>
      {overview.units.map((unit) => (
        <UnitPanel key={unit.unit.id} figures={unit} />
      ))}
      {overview.units.length === 0 && (
        <Panel title="Points per day">
          <Empty icon={IconChartBar} title="No points yet">
            Once a program runs, this shows what members earn, spend and let expire.
          </Empty>
        </Panel>
      )}
    </Stack>
  );
}

function UnitPanel({ figures }: { figures: UnitFigures }): ReactElement {
  const { unit, outstanding, pending, liability, days } = figures;
  const { points, money } = useFormats();
  const total = (key: 'issued' | 'redeemed' | 'expired'): string =>
    points(
      days.reduce((sum, day) => sum + day[key], 0),
      unit,
    );
  return (
    <Panel title={`${unit.namePlural.charAt(0).toUpperCase()}${unit.namePlural.slice(1)} per day`}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
          <Figure
            plain
            label="Outstanding"
            value={points(outstanding, unit)}
            note={
              liability === null
                ? `${points(pending, unit)} pending`
                : `worth ${money(liability)}, ${points(pending, unit)} pending`
            }
          />
          <Figure plain label="Issued" value={total('issued')} mark={<Swatch of="issued" />} />
          <Figure plain label="Redeemed" value={total('redeemed')} mark={<Swatch of="redeemed" />} />
          <Figure plain label="Expired" value={total('expired')} mark={<Swatch of="expired" />} />
        </SimpleGrid>
        <DayChart days={days} unit={unit} />
      </Stack>
    </Panel>
  );
}

/** Which line of the chart a figure belongs to. */
function Swatch({ of }: { of: 'issued' | 'redeemed' | 'expired' }): ReactElement {
  return <span className={`${classes['swatch']} ${classes[of]}`} aria-hidden />;
}
