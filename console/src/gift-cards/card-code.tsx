import { Button, Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';

import { Copyable } from '../parts/secret.js';

/** The code of a card, and its PIN if it has one, to be handed to its holder. */
export function CardCode({
  card: { code, pin },
  onDone,
}: {
  card: { readonly code: string | null; readonly pin: string | null };
  onDone: () => void;
}): ReactElement {
  return (
    <Stack>
      {code === null ? (
        <Text size="sm">The server’s secret has changed since: the code cannot be shown any more.</Text>
      ) : (
        <>
          <Text size="sm">Hand this to who will use the card. Whoever knows it can spend it.</Text>
          <Copyable value={code} />
        </>
      )}
      {pin !== null && (
        <>
          <Text size="sm" fw={500}>
            PIN
          </Text>
          <Copyable value={pin} />
        </>
      )}
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
