import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAlertCircle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { checkCredentials } from './credentials.js';
import { Outside } from './outside.js';
import { SignInRefused, sessionQuery, signIn } from './session.js';

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
    <Outside title="Sign in">
      <form noValidate onSubmit={form.onSubmit((credentials) => attempt.mutate(credentials))}>
        <Stack>
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
    </Outside>
  );
}
