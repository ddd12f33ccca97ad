import { Badge, Group, Text } from '@mantine/core';

import { MemberLink } from '../members/member-link.js';
import type { Column } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { CapturePayment, RefundPayment, VoidPayment } from './close-payment.js';
import type { Payment } from './payment-query.js';

const colors: Record<Payment['state'], string> = {
  AUTHORIZED: 'yellow',
  CAPTURED: 'teal',
  VOIDED: 'gray',
  EXPIRED: 'gray',
};

/** What a list of payments shows; with the member where it is not a member's own list. */
export function usePaymentColumns({ withMember }: { withMember: boolean }): readonly Column<Payment>[] {
  const formats = useFormats();
  const { may } = useViewer();
  const member: Column<Payment> = {
    title: 'Member',
    cell: ({ memberId }) => memberId !== null && <MemberLink id={memberId} />,
  };
  const actions: Column<Payment> = { title: 'Actions', cell: (payment) => <Actions payment={payment} /> };
  return [
    { title: 'When', cell: ({ authorizedAt }) => formats.instant(authorizedAt) },
    { title: 'Order', cell: ({ orderId }) => orderId },
    {
      title: 'Amount',
      number: true,
      cell: ({ amount, captured, returned, currency, state }) => (
        <>
          {formats.money({ amount: state === 'CAPTURED' ? captured : amount, currency })}
          {returned > 0 && (
            <Text size="xs" c="dimmed">
              {formats.money({ amount: returned, currency })} went back
            </Text>
          )}
        </>
      ),
    },
    {
      title: 'From',
      cell: ({ parts, currency }) =>
        parts.map(({ source, lastCharacters, amount }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the parts of a payment never change
          <Text key={index} size="sm">
            {source === 'GIFT_CARD' ? `card …${lastCharacters}` : words(source).toLowerCase()}{' '}
            {parts.length > 1 && formats.money({ amount, currency })}
          </Text>
        )),
    },
    {
      title: 'State',
      cell: ({ state, endsAt }) => (
        <>
          <Badge variant="light" color={colors[state]} autoContrast>
            {words(state)}
          </Badge>
          {state === 'AUTHORIZED' && (
            <Text size="xs" c="dimmed">
              held until {formats.instant(endsAt)}
            </Text>
          )}
        </>
      ),
    },
    ...(withMember ? [member] : []),
    ...(may('WRITE_PAYMENTS') ? [actions] : []),
  ];
}

function Actions({ payment }: { payment: Payment }) {
  const { state, captured, returned } = payment;
  if (state === 'AUTHORIZED') {
    return (
      <Group gap="xs">
        <CapturePayment payment={payment} />
        <VoidPayment payment={payment} />
      </Group>
    );
  }
  return state === 'CAPTURED' && returned < captured ? <RefundPayment payment={payment} /> : null;
}
