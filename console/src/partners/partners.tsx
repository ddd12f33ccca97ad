import { Anchor, Stack, Text } from '@mantine/core';
import { IconBuildingStore } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { usePages } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import { Panel } from '../parts/panel.js';
import { type Column, PlainRows } from '../parts/table.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { AddPartner } from './add-partner.js';
import { type Coalition, PartnerList, type PartnerRow } from './partner-query.js';
import { nextOf } from './exposure-words.js';
import { ExposureFigures } from './exposure.js';
import { Owed } from './positions.js';
import { PartnerState } from './partner-state.js';
import classes from './partners.module.css';
import { summaryOf } from './terms-words.js';
import { useCoalitions } from './use-coalitions.js';

/** The partners of the tenant's coalitions. */
export function Partners(): ReactElement {
  const query = useCoalitions();
  return (
    <Page title="Partners" about="Brands that share your points, what they owe, and on which terms.">
      <Loaded query={query} lines={6}>
        {(coalitions) =>
          coalitions.length > 0 ? (
            coalitions.map((coalition) => <CoalitionPartners key={coalition.id} coalition={coalition} />)
          ) : (
            <Empty icon={IconBuildingStore} title="No coalition yet">
              Add a program of the kind “Coalition”: it says which points partners share, and when they pay for them.
            </Empty>
          )
        }
      </Loaded>
    </Page>
  );
}

/** The partners of one coalition. */
export function CoalitionPartners({
  coalition,
  title = coalition.name,
}: {
  coalition: Pick<Coalition, 'id' | 'name' | 'unit'>;
  title?: string;
}): ReactElement {
  const { may } = useViewer();
  const { query, more } = usePages(PartnerList, { programId: coalition.id, after: null }, ({ partners }) => partners);
  const columns = useColumns(coalition);
  return (
    <Panel
      title={title}
      about={`Its partners share ${coalition.unit.namePlural}.`}
      actions={may('WRITE_PARTNERS') && <AddPartner programId={coalition.id} />}
    >
      <Loaded query={query}>
        {(rows) =>
          rows.length > 0 ? (
            <Stack gap="lg">
              <ExposureFigures programId={coalition.id} next={more.hasNextPage ? null : nextOf(rows)} />
              <div>
                <PlainRows label={`Partners of ${coalition.name}`} columns={columns} rows={rows} />
                <More more={more} />
              </div>
            </Stack>
          ) : (
            <Empty icon={IconBuildingStore} title="No partners yet">
              Add the first brand, give it terms, and a key with which its shop sends what members buy there.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

function useColumns({ unit }: Pick<Coalition, 'unit'>): readonly Column<PartnerRow>[] {
  const formats = useFormats();
  return [
    {
      title: 'Partner',
      cell: ({ id, name, slug }) => (
        <div>
          <Anchor component={Link} to={`/partners/${id}`} size="sm" fw={500} className={classes['typed'] ?? ''}>
            {name}
          </Anchor>
          <Text size="xs" c="dimmed" className={classes['typed'] ?? ''}>
            {slug}
          </Text>
        </div>
      ),
    },
    { title: 'State', cell: (partner) => <PartnerState partner={partner} /> },
    {
      title: 'Position',
      number: true,
      cell: ({ positions }) => <Owed positions={positions} />,
    },
    {
      title: 'Terms',
      cell: ({ terms }) => <Text size="sm">{terms === null ? 'none hold' : summaryOf(terms, unit, formats)}</Text>,
    },
    {
      title: 'Open period',
      cell: ({ openFrom, openTo, state }) => (
        <Text size="sm" className={classes['days'] ?? ''}>
          {state === 'LEFT' ? 'it has left' : `${formats.shortDay(openFrom)} – ${formats.shortDay(openTo)}`}
        </Text>
      ),
    },
  ];
}
