import { Button, Center } from '@mantine/core';
import type { ReactElement } from 'react';

/** Below a list: a button for the next page, as long as there is one. */
export function More({
  more,
}: {
  more: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}): ReactElement | null {
  if (!more.hasNextPage) {
    return null;
  }
  return (
    <Center mt="md">
      <Button variant="default" loading={more.isFetchingNextPage} onClick={() => void more.fetchNextPage()}>
        Show more
      </Button>
    </Center>
  );
}
