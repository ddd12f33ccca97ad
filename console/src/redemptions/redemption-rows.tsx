import { Anchor, Badge, Code, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';

import { type ResultOf, graphql } from '../graphql/graphql.js';
import { MemberLink } from '../members/member-link.js';
import type { Column } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats } from '../shell/viewer.js';

export const RedemptionFields = graphql(`
  fragment RedemptionFields on Redemption {
    id
    memberId
    reward {
      id
      name
    }
    unit {
      name
      namePlural
      scale
    }
    points
    pointsReturned
    state
    value {
      amount
      currency
    }
    voucher {
      code
    }
    partnerId
    partnerName
    orderId
    reservedAt
    endsAt
    closedAt
  }
`);

export type Redemption = ResultOf<typeof RedemptionFields>;

const colors: Readonly<Record<Redemption['state'], string>> = { RESERVED: 'yellow', CONFIRMED: 'teal', CANCELLED: 'gray', EXPIRED: 'gray' };

/** What is told of each; where redemptions of all shops are listed also (`withPartner`) in which it was, if not the own. */
export function useRedemptionColumns({ withPartner }: { withPartner: boolean }): readonly Column<Redemption>[] {
  const formats = useFormats();
  return [
    {
      title: 'What',
      cell: ({ reward, value }) =>
        reward === null ? (
          <Text component="span" size="sm">
            Payment{value === null ? '' : ` of ${formats.money(value)}`}
          </Text>
        ) : (
          <Anchor component={Link} to={`/rewards/${reward.id}`} size="sm" fw={500}>
            {reward.name}
          </Anchor>
        ),
    },
    {
      title: 'Points',
      number: true,
      cell: ({ points, pointsReturned, unit }) => (
        <>
          {formats.named(points, unit)}
          {pointsReturned > 0 && (
            <Text size="xs" c="dimmed">
              {formats.points(pointsReturned, unit)} came back
            </Text>
          )}
        </>
      ),
    },
    {
      title: 'State',
      cell: ({ state }) => (
        <Badge variant="light" color={colors[state]} autoContrast>
          {words(state)}
        </Badge>
      ),
    },
    { title: 'Code', cell: ({ voucher }) => voucher !== null && <Code>{voucher.code}</Code> },
    {
      title: 'Order',
      cell: ({ orderId, partnerId, partnerName }) => (
        <>
          {orderId}
          {withPartner && partnerId !== null && (
            <Text size="xs" c="dimmed">
              at{' '}
              <Anchor component={Link} to={`/partners/${partnerId}`} inherit>
                {partnerName}
              </Anchor>
            </Text>
          )}
        </>
      ),
    },
    {
      title: 'When',
      cell: ({ reservedAt, endsAt, state }) => (
        <>
          {formats.instant(reservedAt)}
          {state === 'RESERVED' && (
            <Text size="xs" c="dimmed">
              held until {formats.instant(endsAt)}
            </Text>
          )}
        </>
      ),
    },
    {
      title: 'Member',
      cell: ({ memberId }) => <MemberLink id={memberId} />,
    },
  ];
}
