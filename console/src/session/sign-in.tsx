import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { AttemptFailed } from './attempt.js';
import { checkCredentials } from './credentials.js';
import { Outside } from './outside.js';
import { sessionQuery, signIn, signUpOpenQuery } from './session.js';

/** Where staff sign in with e-mail address and password. */
export function SignIn(): ReactElement {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data: open } = useQuery(signUpOpenQuery);
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
          <AttemptFailed error={attempt.error} />
          <TextInput label="E-mail" type="email" autoComplete="username" {...form.getInputProps('email')} />
          <PasswordInput label="Password" autoComplete="current-password" {...form.getInputProps('password')} />
          <Button type="submit" loading={attempt.isPending} fullWidth>
            Sign in
          </Button>
          {open === true && (
            <Text size="sm" ta="center">
              New here?{' '}
              <Anchor component={Link} to="/sign-up" inherit underline="always">
                Make a shop
              </Anchor>
            </Text>
          )}
        </Stack>
      </form>
    </Outside>
  );
}
