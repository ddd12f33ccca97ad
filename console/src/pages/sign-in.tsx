import { Alert, Button, Center, Group, Image, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAlertCircle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import logo from '../assets/guerdon.svg';
import { checkCredentials } from '../session/credentials.js';
import { SignInRefused, sessionQuery, signIn } from '../session/session.js';

/** Where staff sign in with e-mail address and password. */
export function SignIn(): ReactElement {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { email: '', password: '' }, validate: checkCredentials });
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: async (session) => {
      queries.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/' });
    },
  });

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
          <form noValidate onSubmit={form.onSubmit((credentials) => attempt.mutate(credentials))}>
            <Stack>
              <Title order={1} size="h3">
                Sign in
              </Title>
              {attempt.error !== null && (
                <Alert color="red" icon={<IconAlertCircle />} role="alert">
                  {attempt.error instanceof SignInRefused
                    ? attempt.error.message
                    : 'Guerdon could not be reached. Try again in a moment.'}
                </Alert>
              )}
              <TextInput label="E-mail" type="email" autoComplete="username" {...form.getInputProps('email')} />
              <PasswordInput label="Password" autoComplete="current-password" {...form.getInputProps('password')} />
              <Button type="submit" loading={attempt.isPending} fullWidth>
                Sign in
              </Button>
            </Stack>
          </form>
        </Paper>
      </Stack>
    </Center>
  );
}
