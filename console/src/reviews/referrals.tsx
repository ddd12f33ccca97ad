import { Badge, Group } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { useChange } from '../graphql/change.js';
import { usePages } from '../graphql/queries.js';
import { MemberLink } from '../members/member-link.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Panel } from '../parts/panel.js';
import { type Column, PlainRows } from '../parts/table.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { Decide } from './decide.js';
import { type Qualified, QualifiedReferrals, ReferralReview } from './review-query.js';

/** Referrals whose friend kept an order, but both sides look like one person. */
export function ReferralsPanel(): ReactElement {
  const { query, more } = usePages(QualifiedReferrals, { after: null }, ({ referrals }) => referrals);
  const columns = useColumns();
  return (
    <Panel title="Referrals" about="Who invited and who came look like one person: nobody got anything yet.">
      <Loaded query={query} lines={3}>
        {(rows) =>
          rows.length > 0 ? (
            <>
              <PlainRows label="Referrals" columns={columns} rows={rows} />
              <More more={more} />
            </>
          ) : (
            <Empty icon={IconUserPlus} title="No referral waits">
              A friend’s order that was kept waits here if both have a mailbox, a phone number or the like in common.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

function useColumns(): readonly Column<Qualified>[] {
  const formats = useFormats();
  const { may } = useViewer();
  const actions: Column<Qualified> = {
    title: 'Decide',
    cell: (referral) => (
      <Group gap="xs" wrap="nowrap">
        <Actions referral={referral} />
      </Group>
    ),
  };
  return [
    { title: 'Who invited', cell: ({ referrerId }) => <MemberLink id={referrerId} /> },
    { title: 'Who came', cell: ({ friendId }) => <MemberLink id={friendId} /> },
    {
      title: 'In common',
      cell: ({ signs }) =>
        signs.length > 0 && (
          <Group gap={4}>
            {signs.map((sign) => (
              <Badge key={sign} variant="light" color="orange" tt="none" autoContrast>
                {signWords(sign)}
              </Badge>
            ))}
          </Group>
        ),
    },
    { title: 'Order', cell: ({ orderId }) => orderId },
    { title: 'Kept since', cell: ({ qualifiedAt }) => qualifiedAt !== null && formats.dayOf(qualifiedAt) },
    ...(may('ADJUST_POINTS') ? [actions] : []),
  ];
}

function signWords(sign: string): string {
  const [kind, name] = sign.split(/:(.*)/s);
  switch (kind) {
    case 'email':
      return 'e-mail';
    case 'attribute':
      return name ?? kind;
    default:
      return sign;
  }
}

function Actions({ referral: { id, orderId } }: { referral: Qualified }): ReactElement {
  const review = useChange(ReferralReview, ({ referralReview }) => referralReview);
  const send = (approve: boolean) => (idempotencyKey: string, note: string) =>
    review.run({ input: { idempotencyKey, id, approve, note } });
  const of = orderId === null ? 'the referral' : `the referral with order ${orderId}`;
  return (
    <>
      <Decide
        decision={{
          label: 'Approve',
          name: `Approve ${of}`,
          title: 'Approve the referral?',
          about: 'They are two people: both get what the program gives.',
          done: 'The referral was approved: both get what is theirs.',
          send: send(true),
        }}
      />
      <Decide
        decision={{
          label: 'Reject',
          name: `Reject ${of}`,
          title: 'Reject the referral?',
          about: 'Neither of both gets anything for it.',
          done: 'The referral was rejected.',
          color: 'red',
          send: send(false),
        }}
      />
    </>
  );
}
