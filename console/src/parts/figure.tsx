import { Group, Paper, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

import classes from './figure.module.css';

/** One number with what it counts. */
export function Figure({
  label,
  value,
  note,
  mark,
  plain = false,
}: {
  label: string;
  value: string;
  note?: string;
  /** Stands before the label. */
  mark?: ReactNode;
  plain?: boolean;
}): ReactElement {
  return (
    <Paper withBorder={!plain} p={plain ? 0 : 'md'} {...(plain ? { bg: 'transparent' } : {})}>
      <Group gap={6} wrap="nowrap">
        {mark}
        <Text size="sm" c="dimmed">
          {label}
        </Text>
      </Group>
      <Text className={classes['value'] ?? ''}>{value}</Text>
      {note !== undefined && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Paper>
  );
}
