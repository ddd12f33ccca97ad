import { Anchor, Box, Text } from '@mantine/core';
import { IconAffiliate } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { asking } from '../graphql/queries.js';
import { DialogButton } from '../parts/dialog.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Panel } from '../parts/panel.js';
import { type Column, Rows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { JoinCoalition } from './join-coalition.js';
import { ParticipationList, type ParticipationRow } from './participation-query.js';
import { ParticipationState, titleOf } from './participation-state.js';
import { shopOwedWords } from './shop-words.js';

/** The coalitions of others that the shop takes part in, and the way into one. */
export function Coalitions(): ReactElement {
  const { may } = useViewer();
  const query = useQuery(asking(ParticipationList, {}));
  const some = (query.data?.participations.length ?? 0) > 0;
  return (
    <Page
      title="Coalitions"
      about="Points that your shop shares with other brands, in a coalition that somebody else runs."
      actions={
        some &&
        may('JOIN_COALITIONS') && (
          <DialogButton label="Enter a code" title="Join a coalition" size="lg">
            {({ close }) => <JoinCoalition onDone={close} />}
          </DialogButton>
        )
      }
    >
      <Loaded query={query} lines={6}>
        {({ participations }) => (participations.length > 0 ? <List rows={participations} /> : <None />)}
      </Loaded>
    </Page>
  );
}

function List({ rows }: { rows: readonly ParticipationRow[] }): ReactElement {
  return <Rows label="Coalitions" columns={useColumns()} rows={rows} />;
}

function None(): ReactElement {
  const { may } = useViewer();
  return (
    <>
      <Empty icon={IconAffiliate} title="You take part in none">
        In a coalition, customers collect and spend the same points with several brands. Whoever runs one can invite you by a code.
        Then you see here what you pay and get, and your members can turn your own points into shared ones.
      </Empty>
      {may('JOIN_COALITIONS') && (
        <Box w="100%" maw={640} mx="auto">
          <Panel title="Join by a code">
            <JoinCoalition />
          </Panel>
        </Box>
      )}
    </>
  );
}

function useColumns(): readonly Column<ParticipationRow>[] {
  const formats = useFormats();
  return [
    {
      title: 'Coalition',
      cell: (row) => (
        <div>
          <Anchor component={Link} to={`/coalitions/${row.id}`} size="sm" fw={500}>
            {titleOf(row)}
          </Anchor>
          <Text size="xs" c="dimmed">
            {row.coalition === null ? 'no longer shown' : `run by ${row.operator}; you are “${row.coalition.partner}”`}
          </Text>
        </div>
      ),
    },
    { title: 'State', cell: (row) => <ParticipationState participation={row} /> },
    {
      title: 'Position',
      cell: ({ coalition }) =>
        coalition !== null &&
        (coalition.positions.length === 0
          ? 'Nothing is owed'
          : coalition.positions.map((position) => <div key={position.currency}>{shopOwedWords(position, formats)}</div>)),
    },
    { title: 'Members convert', cell: ({ ownUnit }) => (ownUnit === null ? 'nothing' : words(ownUnit.namePlural)) },
    {
      title: 'Time',
      cell: ({ joinedAt, endedAt }) =>
        endedAt === null ? `since ${formats.dayOf(joinedAt)}` : `${formats.dayOf(joinedAt)} to ${formats.dayOf(endedAt)}`,
    },
  ];
}
