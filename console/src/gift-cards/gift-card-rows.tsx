import { Badge, Code, Group, Text } from '@mantine/core';

import { MemberLink } from '../members/member-link.js';
import type { Column } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { CardToBalance, DisableCard, ReissueCard } from './gift-card-actions.js';
import type { GiftCard } from './gift-card-query.js';

const colors: Record<GiftCard['state'], string> = { ACTIVE: 'teal', MOVED: 'gray', DISABLED: 'red' };

/** What a list of gift cards shows. */
export function useGiftCardColumns(): readonly Column<GiftCard>[] {
  const formats = useFormats();
  const { may } = useViewer();
  const actions: Column<GiftCard> = {
    title: 'Actions',
    cell: (card) =>
      card.state === 'ACTIVE' && (
        <Group gap="xs">
          <ReissueCard card={card} />
          <CardToBalance card={card} />
          <DisableCard card={card} />
        </Group>
      ),
  };
  return [
    {
      title: 'Card',
      cell: ({ lastCharacters, hasPin }) => (
        <Group gap="xs" wrap="nowrap">
          <Code>…{lastCharacters}</Code>
          {hasPin && <Text size="xs">with PIN</Text>}
        </Group>
      ),
    },
    {
      title: 'Left',
      number: true,
      cell: ({ balance, amount, currency }) => (
        <>
          {formats.money({ amount: balance, currency })}
          {balance !== amount && (
            <Text size="xs" c="dimmed">
              of {formats.money({ amount, currency })}
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
    { title: 'Issued', cell: ({ issuedAt }) => formats.dayOf(issuedAt) },
    { title: 'Last day', cell: ({ expiresAt }) => (expiresAt === null ? 'no end' : formats.lastDay(expiresAt)) },
    { title: 'Order', cell: ({ orderId }) => orderId },
    {
      title: 'Bought by',
      cell: ({ purchaserId }) => purchaserId !== null && <MemberLink id={purchaserId} />,
    },
    ...(may('WRITE_GIFT_CARDS') ? [actions] : []),
  ];
}
