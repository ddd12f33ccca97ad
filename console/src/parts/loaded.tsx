import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';

import { Refused } from '../graphql/ask.js';
import { explain } from '../graphql/change.js';

interface Asked<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

/** What a query found; until then grey lines, and if it failed why and a button to try again. */
export function Loaded<T>({
  query,
  children,
  lines = 4,
}: {
  query: Asked<T>;
  children: (data: T) => ReactNode;
  lines?: number;
}): ReactNode {
  if (query.data !== undefined) {
    return children(query.data);
  }
  return query.error === null ? (
    <Waiting lines={lines} />
  ) : (
    <Failure error={query.error} onRetry={() => void query.refetch()} />
  );
}

/** Grey lines where something will be. */
export function Waiting({ lines = 4 }: { lines?: number }): ReactElement {
  return (
    <Stack component="output" aria-label="Loading" gap="sm">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={28} width={line === lines - 1 ? '60%' : '100%'} />
      ))}
    </Stack>
  );
}

/** Why something could not be shown. */
export function Failure({ error, onRetry }: { error: unknown; onRetry: () => void }): ReactElement {
  const forbidden = error instanceof Refused && error.code === 'FORBIDDEN';
  return (
    <Alert color={forbidden ? 'gray' : 'red'} icon={<IconAlertTriangle />} role="alert" title="This could not be loaded">
      <Group justify="space-between">
        <Text size="sm">{explain(error)}</Text>
        {!forbidden && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}
