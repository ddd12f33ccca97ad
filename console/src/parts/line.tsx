import { Group, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

/** One thing of a short list inside a panel: what it is, a few words about it, and something at the right. */
export function Line({ about, right, children }: { about: string; right: ReactNode; children: ReactNode }): ReactElement {
  return (
    <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
      <div>
        <Text size="sm" fw={500}>
          {children}
        </Text>
        {about !== '' && (
          <Text size="xs" c="dimmed">
            {about}
          </Text>
        )}
      </div>
      {right}
    </Group>
  );
}
