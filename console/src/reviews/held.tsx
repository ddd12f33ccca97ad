import { Group, Text } from '@mantine/core';
import { IconEyeCheck } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import type { Formats } from '../format/formats.js';
import { useChange } from '../graphql/change.js';
import { usePages } from '../graphql/queries.js';
import { MemberLink } from '../members/member-link.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Panel } from '../parts/panel.js';
import { type Column, PlainRows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { Decide } from './decide.js';
import { ActivityReview, type Held, HeldActivities } from './review-query.js';

type Row = Held & { readonly id: string };

/** Activities that were more than a limit allows, the latest first. */
export function HeldPanel(): ReactElement {
  const { query, more } = usePages(HeldActivities, { after: null }, ({ activityReviews }) => activityReviews);
  const columns = useColumns();
  return (
    <Panel title="Held activities" about="More than a member does at once: nothing was decided on them yet.">
      <Loaded query={query} lines={3}>
        {(rows) =>
          rows.length > 0 ? (
            <>
              <PlainRows
                label="Held activities"
                columns={columns}
                rows={rows.map((held) => ({ ...held, id: held.activity.id }))}
              />
              <More more={more} />
            </>
          ) : (
            <Empty icon={IconEyeCheck} title="Nothing is held">
              What a member does beyond a limit waits here until somebody releases or rejects it.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

function useColumns(): readonly Column<Row>[] {
  const formats = useFormats();
  const { may } = useViewer();
  const actions: Column<Row> = {
    title: 'Decide',
    cell: (held) => (
      <Group gap="xs" wrap="nowrap">
        <Actions held={held} what={what(held, formats)} />
      </Group>
    ),
  };
  return [
    { title: 'Member', cell: ({ activity }) => <MemberLink id={activity.memberId} /> },
    { title: 'What', cell: (held) => what(held, formats) },
    { title: 'Why', cell: ({ text }) => <Text size="sm">{formats.prose(text)}</Text> },
    { title: 'Happened', cell: ({ activity }) => formats.instant(activity.occurredAt) },
    ...(may('ADJUST_POINTS') ? [actions] : []),
  ];
}

/** "Purchase #20258, €12.00" */
function what({ activity: { kind, orderId, reference, currency, lines } }: Held, formats: Formats): string {
  const amount = lines.reduce((sum, line) => sum + line.amount - line.discount, 0);
  return [
    [words(kind.replace('custom:', '')), orderId ?? reference].filter((text) => text !== null).join(' '),
    currency === null || lines.length === 0 ? null : formats.money({ amount, currency }),
  ]
    .filter((text) => text !== null)
    .join(', ');
}

function Actions({ held: { activity }, what: named }: { held: Held; what: string }): ReactElement {
  const review = useChange(ActivityReview, ({ activityReview }) => activityReview);
  const send = (release: boolean) => (idempotencyKey: string, note: string) =>
    review.run({ input: { idempotencyKey, id: activity.id, release, note } });
  return (
    <>
      <Decide
        decision={{
          label: 'Release',
          name: `Release ${named}`,
          title: 'Release it?',
          about: `${named}: it is decided as any other, by the rules that were live when it happened.`,
          done: 'It was released, and decided.',
          send: send(true),
        }}
      />
      <Decide
        decision={{
          label: 'Reject',
          name: `Reject ${named}`,
          title: 'Reject it for good?',
          about: `${named}: nothing comes of it, also if the shop sends it again.`,
          done: 'It was rejected.',
          color: 'red',
          send: send(false),
        }}
      />
    </>
  );
}
