import { Group, Paper, Text } from '@mantine/core';
import type { ReactElement } from 'react';

import classes from './overview.module.css';

/** One number with what it counts. */
export function Figure({
  label,
  value,
  note,
  swatch,
  plain = false,
}: {
  label: string;
  value: string;
  note?: string;
  swatch?: 'issued' | 'redeemed' | 'expired';
  plain?: boolean;
}): ReactElement {
  return (
    <Paper withBorder={!plain} p={plain ? 0 : 'md'} {...(plain ? { bg: 'transparent' } : {})}>
      <Group gap={6} wrap="nowrap">
        {swatch !== undefined && <span className={`${classes['swatch']} ${classes[swatch]}`} aria-hidden />}
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
