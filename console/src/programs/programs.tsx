import { Anchor, Badge, Checkbox } from '@mantine/core';
import { IconTrophy } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';

import { type ResultOf, graphql } from '../graphql/graphql.js';
import { usePages } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import { type Column, Rows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { AddProgram } from './add-program.js';
import { FromTemplate } from './from-template.js';

export const ProgramList = graphql(`
  query ProgramList($state: ProgramState, $after: String) {
    programs(state: $state, first: 50, after: $after) {
      nodes {
        id
        name
        kind
        line
        state
        createdAt
        unit {
          namePlural
        }
        live {
          number
        }
        draft {
          number
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

type Row = ResultOf<typeof ProgramList>['programs']['nodes'][number];

/** The programs of the tenant. */
export function Programs(): ReactElement {
  const { may } = useViewer();
  const [archived, setArchived] = useState(false);
  const { query, more } = usePages(
    ProgramList,
    { state: archived ? 'ARCHIVED' : null, after: null },
    ({ programs }) => programs,
  );
  const columns = useColumns();
  return (
    <Page title="Programs" actions={
        may('WRITE_PROGRAMS') && (
          <>
            <FromTemplate />
            <AddProgram />
          </>
        )
      }>
      <Checkbox
        label="Show archived"
        checked={archived}
        onChange={({ currentTarget }) => setArchived(currentTarget.checked)}
      />
      <Loaded query={query}>
        {(rows) =>
          rows.length > 0 ? (
            <div>
              <Rows label="Programs" columns={columns} rows={rows} />
              <More more={more} />
            </div>
          ) : (
            <Empty icon={IconTrophy} title={archived ? 'Nothing is archived' : 'No program yet'}>
              A program says what earns points, how many, and how long they last.
            </Empty>
          )
        }
      </Loaded>
    </Page>
  );
}

function useColumns(): readonly Column<Row>[] {
  const { dayOf } = useFormats();
  return [
    {
      title: 'Name',
      cell: ({ id, name }) => (
        <Anchor component={Link} to={`/programs/${id}`} size="sm" fw={500}>
          {name}
        </Anchor>
      ),
    },
    { title: 'State', cell: ({ state }) => <ProgramStateBadge state={state} /> },
    { title: 'Kind', cell: ({ kind }) => words(kind) },
    { title: 'Issues', cell: ({ unit }) => unit.namePlural },
    {
      title: 'Rules',
      cell: ({ live, draft }) =>
        [live === null ? null : `version ${live.number} live`, draft === null ? null : `draft ${draft.number}`]
          .filter((part) => part !== null)
          .join(', '),
    },
    { title: 'Since', cell: ({ createdAt }) => dayOf(createdAt) },
  ];
}

const colors = { DRAFT: 'gray', LIVE: 'teal', PAUSED: 'yellow', ARCHIVED: 'gray' } as const;

/** Where a program is in its life. */
export function ProgramStateBadge({ state }: { state: keyof typeof colors }): ReactElement {
  return (
    <Badge variant="light" color={colors[state]} autoContrast>
      {words(state)}
    </Badge>
  );
}
