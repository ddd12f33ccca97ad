import { Center, Group, Image, Paper, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactElement, ReactNode } from 'react';

import logo from '../assets/guerdon.svg';

/** The frame of the pages for those who are not signed in. */
export function Outside({ title, children }: { title: string; children: ReactNode }): ReactElement {
  useDocumentTitle(`${title} · Guerdon`);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={400} gap="xl">
        <Group justify="center" gap="sm">
          <Image src={logo} alt="" w={36} h={36} />
          <Text size="xl" fw={700}>
            Guerdon
          </Text>
        </Group>
        <Paper withBorder shadow="sm" p="xl" radius="lg">
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
