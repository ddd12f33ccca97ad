import { Alert, Anchor, Button, PasswordInput, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { IconKey } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useMemo } from 'react';

import { languageOf } from '../format/formats.js';
import { placeRefusals } from '../graphql/user-errors.js';
import { Loaded } from '../parts/loaded.js';
import { Copyable } from '../parts/secret.js';
import { AttemptFailed } from './attempt.js';
import { checkCredentials } from './credentials.js';
import { Outside } from './outside.js';
import { currencies, ownZone, zones } from './places.js';
import {
  type FirstKeys,
  type Session,
  SignInRefused,
  type SignUpForm,
  sessionQuery,
  signUp,
  signUpOpenQuery,
} from './session.js';

/** Where a merchant makes a shop; in the end it shows the shop's first keys. */
export function SignUp(): ReactElement {
  const open = useQuery(signUpOpenQuery);
  const queries = useQueryClient();
  const attempt = useMutation({
    mutationFn: signUp,
    onSuccess: ({ name, email }) => {
      const session: Session = { name, email };
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, session);
    },
  });
  if (attempt.data !== undefined) {
    return (
      <Outside title="Your shop is ready" wide>
        <Keys keys={attempt.data.keys} />
      </Outside>
    );
  }
  return (
    <Outside title="Make a shop" wide={open.data === true}>
      <Loaded query={open}>
        {(isOpen) => (isOpen ? <Form error={attempt.error} pending={attempt.isPending} onSend={attempt.mutateAsync} /> : <Closed />)}
      </Loaded>
    </Outside>
  );
}

function Closed(): ReactElement {
  return (
    <>
      <Text size="sm">Nobody can make a shop here by themselves. Ask those who run this server, or for an invitation.</Text>
      <Button component={Link} to="/sign-in" variant="default">
        Sign in
      </Button>
    </>
  );
}

function Form({
  error,
  pending,
  onSend,
}: {
  error: Error | null;
  pending: boolean;
  onSend: (form: SignUpForm) => Promise<unknown>;
}): ReactElement {
  const choices = useMemo(() => ({ zones: zones(), currencies: currencies(languageOf(navigator.languages)) }), []);
  const form = useForm<SignUpForm>({
    initialValues: { shop: '', name: '', email: '', password: '', zone: ownZone(), currency: '' },
    validate: check,
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => void send(form, values, onSend))}>
      <Stack>
        <AttemptFailed error={error} />
        <TextInput label="Name of the shop" autoComplete="organization" {...form.getInputProps('shop')} />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Select label="Time zone" searchable allowDeselect={false} data={choices.zones} {...form.getInputProps('zone')} />
          <Select
            label="Currency"
            searchable
            allowDeselect={false}
            data={choices.currencies}
            {...form.getInputProps('currency')}
          />
        </SimpleGrid>
        <TextInput label="Your name" autoComplete="name" {...form.getInputProps('name')} />
        <TextInput label="E-mail" type="email" autoComplete="username" {...form.getInputProps('email')} />
        <PasswordInput
          label="Password"
          description="At least 10 characters"
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={pending} fullWidth>
          Make the shop
        </Button>
        <Text size="sm" ta="center">
          You have an account?{' '}
          <Anchor component={Link} to="/sign-in" inherit underline="always">
            Sign in
          </Anchor>
        </Text>
      </Stack>
    </form>
  );
}

function check({ shop, name, email, password, currency }: SignUpForm): Record<string, string | null> {
  return {
    ...checkCredentials({ email, password }),
    shop: shop.trim() === '' ? 'Enter the name of your shop.' : null,
    name: name.trim() === '' ? 'Enter your name.' : null,
    currency: currency === '' ? 'Choose the currency of your prices.' : null,
  };
}

async function send(
  form: UseFormReturnType<SignUpForm>,
  values: SignUpForm,
  onSend: (form: SignUpForm) => Promise<unknown>,
): Promise<void> {
  try {
    await onSend(values);
  } catch (error) {
    if (error instanceof SignInRefused && error.field.length > 0) {
      form.setErrors(placeRefusals([{ field: error.field, message: error.message }], Object.keys(values)));
    }
  }
}

function Keys({ keys }: { keys: FirstKeys }): ReactElement {
  const navigate = useNavigate();
  return (
    <Stack>
      <Alert color="yellow" icon={<IconKey />} title="Copy the keys now">
        They are kept as hashes only and are not shown again. You can make others at any time.
      </Alert>
      <Key label="Secret key, for your server" value={keys.secretKey} />
      <Key label="Publishable key, for your pages" value={keys.publishableKey} />
      <Key label="Secret key of the sandbox" value={keys.sandboxSecretKey} />
      <Key label="Publishable key of the sandbox" value={keys.sandboxPublishableKey} />
      <Button fullWidth onClick={() => void navigate({ to: '/' })}>
        To the console
      </Button>
    </Stack>
  );
}

function Key({ label, value }: { label: string; value: string }): ReactElement {
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Copyable value={value} />
    </Stack>
  );
}
