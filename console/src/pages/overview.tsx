import { Container, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { sessionQuery } from '../session/session.js';

/** The first page after signing in. */
export function Overview(): ReactElement {
  const { data: session } = useSuspenseQuery(sessionQuery);
  return (
    <Container component="main" py="xl">
      <Title order={1}>Overview</Title>
      {session !== null && <Text c="dimmed">Signed in as {session.name}</Text>}
    </Container>
  );
}
