import { Alert, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconFileText } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';

import { ask } from '../graphql/ask.js';
import { tellDone, tellFailure, useChange } from '../graphql/change.js';
import { TermsLines } from '../partners/terms-lines.js';
import { linesOf } from '../partners/terms-words.js';
import { SendForm, accepted } from '../parts/form.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { ConvertingFields, converted, convertingOf, convertingErrors } from './converting-fields.js';
import { InvitationByCode, type Offer, ParticipationJoin } from './participation-query.js';
import { RuleSentences } from './rule-sentences.js';
import { shopSide } from './shop-words.js';

/** Takes an operator's code, shows what it is for, and joins. */
export function JoinCoalition({ onDone }: { onDone?: () => void }): ReactElement {
  const [found, setFound] = useState<{ code: string; offer: Offer } | null>(null);
  return found === null ? (
    <CodeForm onFound={(code, offer) => setFound({ code, offer })} />
  ) : (
    <JoinForm {...found} onBack={() => setFound(null)} {...(onDone === undefined ? {} : { onDone })} />
  );
}

function CodeForm({ onFound }: { onFound: (code: string, offer: Offer) => void }): ReactElement {
  const { tenant } = useViewer();
  const [pending, setPending] = useState(false);
  const form = useForm({
    initialValues: { code: '' },
    validate: { code: (code) => (code.trim() === '' ? 'Paste the code that the operator sent you.' : null) },
  });
  const look = async ({ code }: { code: string }): Promise<void> => {
    setPending(true);
    try {
      const { coalitionInvitation: offer } = await ask(InvitationByCode, { code: code.trim() });
      if (offer === null) {
        form.setFieldError('code', notGood(tenant.isSandbox));
      } else {
        onFound(code.trim(), offer);
      }
    } catch (error) {
      tellFailure(error);
    } finally {
      setPending(false);
    }
  };
  return (
    <form noValidate onSubmit={form.onSubmit((values) => void look(values))}>
      <Stack>
        <TextInput
          label="Code of the operator"
          description="You see what it is for before you join"
          placeholder="join_…"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          {...form.getInputProps('code')}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={pending}>
            Look at it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function notGood(sandbox: boolean): string {
  const where = sandbox ? 'This is a sandbox: only codes of sandboxes are good here.' : 'A code of a sandbox is good in your sandbox only.';
  return `This code is not good, or not any more: it works once, for seven days. Ask the operator for a new one. ${where}`;
}

function JoinForm({ code, offer, onBack, onDone }: { code: string; offer: Offer; onBack: () => void; onDone?: () => void }): ReactElement {
  const router = useRouter();
  const join = useChange(ParticipationJoin, ({ participationJoin }) => participationJoin);
  const form = useForm({ initialValues: convertingOf(null), validate: convertingErrors });
  const send = async (values: typeof form.values): Promise<void> => {
    const payload = await join.run({ input: { code, ...converted(values) } });
    if (accepted(form, payload, { code: '' }) && payload !== null && payload.participation !== null) {
      onDone?.();
      tellDone(`You take part in ${offer.coalition}.`);
      await router.navigate({ to: `/coalitions/${payload.participation.id}` });
    }
  };
  return (
    <Stack gap="lg">
      <Offered offer={offer} />
      <SendForm form={form} send={`Join ${offer.coalition}`} pending={join.pending} onSend={send} onCancel={onBack}>
        <ConvertingFields form={form} shared={offer.points.namePlural} />
      </SendForm>
    </Stack>
  );
}

function Offered({ offer: { operator, coalition, partner, points, rules, terms, endsAt } }: { offer: Offer }): ReactElement {
  const formats = useFormats();
  return (
    <section aria-label="What the code is for">
      <Title order={3} size="h4" style={{ overflowWrap: 'anywhere' }}>
        {coalition}
      </Title>
      <Text size="sm" c="dimmed" mb="sm" style={{ overflowWrap: 'anywhere' }}>
        Run by {operator}, who calls you “{partner}” in it. The code is good until {formats.instant(endsAt)}.
      </Text>
      {terms === null ? (
        <Alert color="gray" icon={<IconFileText />} title="No terms hold yet">
          You can join now. You issue and take {points.namePlural} once {operator} has given you terms.
        </Alert>
      ) : (
        <TermsLines lines={linesOf(terms, points, formats, shopSide)} />
      )}
      <Title order={4} size="h5" mt="md" mb="xs">
        Rules
      </Title>
      <RuleSentences rules={rules} />
    </section>
  );
}
