import { Badge, Button, Code, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import type { Formats } from '../format/formats.js';
import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { type InputOf, type ResultOf, graphql } from '../graphql/graphql.js';
import { usePages } from '../graphql/queries.js';
import { userErrors } from '../graphql/user-errors.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Panel } from '../parts/panel.js';
import { type Column, PlainRows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';

export const DeliveryList = graphql(`
  query DeliveryList($state: DeliveryState, $after: String) {
    webhookDeliveries(state: $state, first: 25, after: $after) {
      nodes {
        id
        eventId
        kind
        happenedAt
        state
        attempts
        nextAttemptAt
        status
        error
        closedAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const WebhookDeliveryResend = graphql(`
  mutation WebhookDeliveryResend($input: WebhookDeliveryResendInput!) {
    webhookDeliveryResend(input: $input) {
      delivery {
        id
      }
      ${userErrors}
    }
  }
`);

type Row = ResultOf<typeof DeliveryList>['webhookDeliveries']['nodes'][number];
type State = InputOf<'DeliveryState'>;

const states: readonly { value: State | 'ALL'; label: string }[] = [
  { value: 'ALL', label: 'All' },
  { value: 'WAITING', label: 'Waiting' },
  { value: 'DELIVERED', label: 'Delivered' },
  { value: 'FAILED', label: 'Failed' },
];

/** How often to look what was sent meanwhile. */
const LOOK_AGAIN_MS = 3_000;

/** What was sent, and what came back, the latest first; what failed can be sent again. */
export function Deliveries(): ReactElement {
  const [state, setState] = useState<State | 'ALL'>('ALL');
  const { query, more } = usePages(
    DeliveryList,
    { state: state === 'ALL' ? null : state, after: null },
    ({ webhookDeliveries }) => webhookDeliveries,
    LOOK_AGAIN_MS,
  );
  const columns = useColumns();
  return (
    <Panel title="Deliveries" about="Kept for 30 days.">
      <Stack align="flex-start">
        <SegmentedControl aria-label="State" size="xs" value={state} onChange={setState} data={[...states]} />
      </Stack>
      <Loaded query={query} lines={6}>
        {(rows) =>
          rows.length > 0 ? (
            <>
              <PlainRows label="Deliveries" columns={columns} rows={rows} />
              <More more={more} />
            </>
          ) : (
            <Empty icon={IconSend} title={state === 'ALL' ? 'Nothing was sent yet' : 'None in this state'}>
              Once there is an endpoint, every event that goes there stands here with what your server answered.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const colors: Record<State, string> = { WAITING: 'yellow', DELIVERED: 'teal', FAILED: 'red' };

function useColumns(): readonly Column<Row>[] {
  const formats = useFormats();
  const { may } = useViewer();
  const columns: readonly Column<Row>[] = [
    { title: 'Event', cell: ({ kind, eventId }) => <Code title={eventId}>{kind}</Code> },
    { title: 'Happened', cell: ({ happenedAt }) => formats.instant(happenedAt) },
    {
      title: 'State',
      cell: ({ state }) => (
        <Badge variant="light" color={colors[state]} autoContrast>
          {words(state)}
        </Badge>
      ),
    },
    { title: 'Attempts', number: true, cell: ({ attempts }) => formats.count(attempts) },
    { title: 'Answer', cell: (row) => <Answer row={row} formats={formats} /> },
  ];
  const actions: Column<Row> = {
    title: 'Actions',
    cell: ({ id, state }) => state === 'FAILED' && <SendAgain id={id} />,
  };
  return may('WRITE_SETTINGS') ? [...columns, actions] : columns;
}

function Answer({ row, formats }: { row: Row; formats: Formats }): ReactElement | null {
  const { status, error, nextAttemptAt, closedAt } = row;
  const answered = error ?? (status === null ? null : `Status ${status}`);
  const next = nextAttemptAt === null ? null : `Next try ${formats.instant(nextAttemptAt)}`;
  const when = next ?? (closedAt === null ? null : formats.instant(closedAt));
  if (answered === null && when === null) {
    return null;
  }
  return (
    <div>
      {answered !== null && <Text size="sm">{answered}</Text>}
      {when !== null && (
        <Text size="xs" c="dimmed">
          {when}
        </Text>
      )}
    </div>
  );
}

function SendAgain({ id }: { id: string }): ReactElement {
  const resend = useChange(WebhookDeliveryResend, ({ webhookDeliveryResend }) => webhookDeliveryResend);
  const run = async (): Promise<void> => {
    if (tellRefusals(await resend.run({ input: { id } }))) {
      tellDone('It is sent again.');
    }
  };
  return (
    <Button size="compact-sm" variant="default" loading={resend.pending} onClick={() => void run()}>
      Send again
    </Button>
  );
}
