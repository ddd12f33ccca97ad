import { Center, Group, Image, Paper, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactElement, ReactNode } from 'react';

import logo from '../assets/guerdon.svg';
import classes from './outside.module.css';

/** The frame of the pages for those who are not signed in. */
export function Outside({
  title,
  wide = false,
  children,
}: {
  title: string;
  wide?: boolean;
  children: ReactNode;
}): ReactElement {
  useDocumentTitle(`${title} · Guerdon`);
  return (
    <Center component="main" mih="100dvh" p="md" className={classes['ground'] ?? ''}>
      <Stack w="100%" maw={wide ? 560 : 400} gap="xl">
        <Group justify="center" gap="sm">
          <Image src={logo} alt="" w={36} h={36} />
          <Text size="xl" fw={700} c="bright">
            Guerdon
          </Text>
        </Group>
        <Paper withBorder shadow="sm" p={{ base: 'lg', sm: 'xl' }} radius="lg">
          <Stack>
            <Title order={1} size="h3">
              {title}
            </Title>
            {children}
          </Stack>
        </Paper>
      </Stack>
    </Center>
  );
}
