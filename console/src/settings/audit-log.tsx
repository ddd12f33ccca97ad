import { Anchor, Code, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { type ResultOf, graphql } from '../graphql/graphql.js';
import { usePages } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import { type Column, Rows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats } from '../shell/viewer.js';
import classes from './settings.module.css';

export const AuditEntries = graphql(`
  query AuditEntries($after: String) {
    auditLog(first: 50, after: $after) {
      nodes {
        id
        actor {
          kind
          name
        }
        action
        target
        details {
          name
          value
        }
        recordedAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

type Row = ResultOf<typeof AuditEntries>['auditLog']['nodes'][number];

/** What was done in the console and over the API, the latest first. */
export function AuditLog(): ReactElement {
  const { query, more } = usePages(AuditEntries, { after: null }, ({ auditLog }) => auditLog);
  const columns = useColumns();
  return (
    <Page title="Audit log" about="What was done by staff and with keys, the latest first.">
      <Loaded query={query} lines={8}>
        {(rows) =>
          rows.length > 0 ? (
            <div>
              <Rows label="Audit log" columns={columns} rows={rows} />
              <More more={more} />
            </div>
          ) : (
            <Empty icon={IconHistory} title="Nothing was done yet" />
          )
        }
      </Loaded>
    </Page>
  );
}

const pages = { member: '/members', program: '/programs', reward: '/rewards' } as const;

/** What something was done on: `program:prg_…` as a link to the program. */
function Target({ target }: { target: string }): ReactElement {
  const [kind = '', id = ''] = target.split(':');
  const page = Object.entries(pages).find(([name]) => name === kind)?.[1];
  return (
    <div title={id}>
      {page === undefined ? (
        words(kind)
      ) : (
        <Anchor component={Link} to={`${page}/${id}`} size="sm">
          {words(kind)}
        </Anchor>
      )}
      <Text size="xs" c="dimmed" ff="monospace" className={classes['id'] ?? ''}>
        …{id.slice(-8)}
      </Text>
    </div>
  );
}

function useColumns(): readonly Column<Row>[] {
  const { instant, prose } = useFormats();
  return [
    { title: 'When', cell: ({ recordedAt }) => instant(recordedAt) },
    { title: 'Who', cell: ({ actor }) => actor.name ?? words(actor.kind) },
    { title: 'What', cell: ({ action }) => <Code>{action}</Code> },
    {
      title: 'On',
      cell: ({ target }) => <Target target={target} />,
    },
    {
      title: 'More',
      cell: ({ details }) =>
        details
          .filter(({ value }) => String(value) !== 'null')
          .map(({ name, value }) => `${words(name)}: ${prose(String(value))}`)
          .join(', '),
    },
  ];
}
