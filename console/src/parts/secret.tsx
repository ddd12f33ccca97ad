import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';

import classes from './secret.module.css';

/** Something that is shown once, with a button that copies it, and below it what to do with it. */
export function Secret({ label, value, onDone, children }: { label: string; value: string; onDone: () => void; children?: ReactNode }): ReactElement {
  return (
    <Stack>
      <Alert color="yellow" icon={<IconKey />} title="Copy it now">
        It is kept as a hash only and is not shown again.
      </Alert>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Copyable value={value} />
      {children}
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}

/** A text for machines, with a button that copies it. */
export function Copyable({ value }: { value: string }): ReactElement {
  return (
    <Group gap="xs" wrap="nowrap" align="stretch">
      <Code block className={classes['value'] ?? ''} tabIndex={0}>
        {value}
      </Code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            h="auto"
            onClick={copy}
            leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
