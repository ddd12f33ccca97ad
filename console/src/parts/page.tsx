import { Box, Container, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactElement, ReactNode } from 'react';

import classes from './page.module.css';

/** The frame of every page: a heading with what it is about, what can be done, and the page's parts below. */
export function Page({
  title,
  about,
  badge,
  actions,
  narrow = false,
  children,
}: {
  title: string;
  about?: ReactNode;
  badge?: ReactNode;
  actions?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
}): ReactElement {
  useDocumentTitle(`${title} · Guerdon`);
  return (
    <Container size={narrow ? 'md' : 'xl'} px={0}>
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Box className={classes['heading'] ?? ''}>
            <Group gap="sm">
              <Title order={1} size="h2" className={classes['title'] ?? ''}>
                {title}
              </Title>
              {badge}
            </Group>
            {about !== undefined && (
              <Text c="dimmed" component="div" mt={4}>
                {about}
              </Text>
            )}
          </Box>
          {actions !== undefined && <Group gap="sm">{actions}</Group>}
        </Group>
        {children}
      </Stack>
    </Container>
  );
}
