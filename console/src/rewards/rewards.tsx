import { Anchor, Button, Checkbox, Text } from '@mantine/core';
import { IconGift } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';

import { usePages } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import { type Column, Rows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { type Reward, RewardList } from './reward-query.js';
import { termsInWords } from './reward-words.js';

/** The catalogue of rewards. */
export function Rewards(): ReactElement {
  const { may } = useViewer();
  const [archived, setArchived] = useState(false);
  const { query, more } = usePages(RewardList, { archived, after: null }, ({ rewards }) => rewards);
  const columns = useColumns();
  return (
    <Page
      title="Rewards"
      actions={
        may('WRITE_REWARDS') && (
          <Button component={Link} to="/rewards/new">
            Add reward
          </Button>
        )
      }
    >
      <Checkbox
        label="Show archived"
        checked={archived}
        onChange={({ currentTarget }) => setArchived(currentTarget.checked)}
      />
      <Loaded query={query}>
        {(rows) =>
          rows.length > 0 ? (
            <div>
              <Rows label="Rewards" columns={columns} rows={rows} />
              <More more={more} />
            </div>
          ) : (
            <Empty icon={IconGift} title={archived ? 'Nothing is archived' : 'No reward yet'}>
              A reward is what members get for their points: money off, a product, an experience.
            </Empty>
          )
        }
      </Loaded>
    </Page>
  );
}

function useColumns(): readonly Column<Reward>[] {
  const formats = useFormats();
  const { tenant } = useViewer();
  return [
    {
      title: 'Name',
      cell: ({ id, name }) => (
        <Anchor component={Link} to={`/rewards/${id}`} size="sm" fw={500}>
          {name}
        </Anchor>
      ),
    },
    { title: 'Gives', cell: ({ terms }) => termsInWords(terms, formats) },
    { title: 'Costs', number: true, cell: ({ points, unit }) => formats.named(points, unit) },
    {
      title: 'Left',
      number: true,
      cell: ({ stock, stockLeft }) =>
        stockLeft === null || stock === null
          ? 'Any number'
          : `${formats.count(stockLeft)} of ${formats.count(stock)}`,
    },
    {
      title: 'Codes',
      cell: ({ voucherSource, vouchers }) =>
        voucherSource === 'UPLOADED' ? (
          <Text component="span" size="sm" {...(vouchers.available === 0 ? { c: 'red', fw: 600 } : {})}>
            {formats.count(vouchers.available)} left
          </Text>
        ) : (
          words(voucherSource)
        ),
    },
    { title: 'When', cell: (reward) => windowInWords(reward, tenant.now, formats.dayOf) },
  ];
}

function windowInWords({ startsAt, endsAt }: Reward, now: string, dayOf: (at: string) => string): string {
  if (endsAt !== null && Date.parse(endsAt) <= Date.parse(now)) {
    return `Ended ${dayOf(endsAt)}`;
  }
  if (startsAt !== null && Date.parse(startsAt) > Date.parse(now)) {
    return `From ${dayOf(startsAt)}`;
  }
  return endsAt === null ? 'Always' : `Until ${dayOf(endsAt)}`;
}
