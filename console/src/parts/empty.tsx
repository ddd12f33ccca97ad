import { Center, Stack, Text, ThemeIcon } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';

/** Where a list has nothing to show: what would stand here, and how to begin. */
export function Empty({
  icon: Picture,
  title,
  children,
  action,
}: {
  icon: Icon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}): ReactElement {
  return (
    <Center py="xl">
      <Stack align="center" gap="xs" maw={440}>
        <ThemeIcon size={48} radius="xl" variant="light" aria-hidden>
          <Picture size={24} />
        </ThemeIcon>
        <Text fw={600}>{title}</Text>
        {children !== undefined && (
          <Text size="sm" c="dimmed" ta="center">
            {children}
          </Text>
        )}
        {action}
      </Stack>
    </Center>
  );
}
