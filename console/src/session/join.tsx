import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { AttemptFailed } from './attempt.js';
import { Outside } from './outside.js';
import { acceptInvitation, sessionQuery } from './session.js';

const route = getRouteApi('/join');

/** Where somebody who was invited makes their account, or joins with the one they have. */
export function Join(): ReactElement {
  const { token } = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { name: '', password: '' },
    validate: { password: (password) => (password === '' ? 'Enter a password.' : null) },
  });
  const attempt = useMutation({
    mutationFn: acceptInvitation,
    onSuccess: async (session) => {
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/' });
    },
  });
  return (
    <Outside title="Join">
      <form noValidate onSubmit={form.onSubmit((values) => attempt.mutate({ token, ...values }))}>
        <Stack>
          <AttemptFailed error={attempt.error} />
          <TextInput label="Your name" autoComplete="name" {...form.getInputProps('name')} />
          <PasswordInput
            label="Password"
            description="A new one, or that of the account you have"
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={attempt.isPending} fullWidth>
            Join
          </Button>
        </Stack>
      </form>
    </Outside>
  );
}
