import { Alert, Button, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconKey, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { type ResultOf, graphql } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { userErrors } from '../graphql/user-errors.js';
import { ConfirmButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { Copyable } from '../parts/secret.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { eventKinds } from './event-kinds.js';
import { WebhookDetails, WebhookEndpointTry } from './health-query.js';
import { fares, healthWords } from './health-words.js';
import { HealthBadge } from './health.js';

const WebhookEndpointSet = graphql(`
  mutation WebhookEndpointSet($input: WebhookEndpointSetInput!) {
    webhookEndpointSet(input: $input) {
      endpoint {
        url
      }
      secret
      ${userErrors}
    }
  }
`);

type EndpointFields = ResultOf<typeof WebhookDetails>['webhookEndpoint'];

/** How often to look whether it is paused by now. */
const LOOK_AGAIN_MS = 15_000;

/** Where events are sent, signed as Standard Webhooks says. */
export function Endpoint(): ReactElement {
  const query = useQuery({ ...asking(WebhookDetails, {}), refetchInterval: LOOK_AGAIN_MS });
  return (
    <Panel
      title="Endpoint"
      about="Events are sent there as they happen, signed as Standard Webhooks says."
      actions={query.data !== undefined && <HealthBadge health={query.data.webhookEndpoint} />}
    >
      <Loaded query={query}>
        {({ webhookEndpoint }) => (
          <Stack>
            {webhookEndpoint !== null && <Fares endpoint={webhookEndpoint} />}
            <Form endpoint={webhookEndpoint} />
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function Fares({ endpoint }: { endpoint: NonNullable<EndpointFields> }): ReactElement {
  const formats = useFormats();
  const { may } = useViewer();
  const state = fares(endpoint);
  const words = healthWords(endpoint, formats);
  if (state === 'WELL') {
    return (
      <Text size="sm" c="dimmed">
        {words}
      </Text>
    );
  }
  return (
    <Alert color={state === 'DISABLED' ? 'gray' : 'orange'} icon={<IconPlugConnectedX />} title={titles[state]}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{words}</Text>
        {may('WRITE_SETTINGS') && <TryNow enable={state === 'DISABLED'} />}
      </Stack>
    </Alert>
  );
}

const titles = {
  DISABLED: 'Nothing is sent',
  PAUSED: 'Paused, since what was sent did not arrive',
  FAILING: 'What was sent did not arrive',
} as const;

function TryNow({ enable }: { enable: boolean }): ReactElement {
  const again = useChange(WebhookEndpointTry, ({ webhookEndpointTry }) => webhookEndpointTry);
  const run = async (): Promise<void> => {
    if (tellRefusals(await again.run({ input: { enable } }))) {
      tellDone(enable ? 'Events are sent there again.' : 'It is tried now.');
    }
  };
  return (
    <Button size="xs" variant="default" loading={again.pending} onClick={() => void run()}>
      {enable ? 'Enable' : 'Try now'}
    </Button>
  );
}

interface Values {
  url: string;
  kinds: string[];
}

function Form({ endpoint }: { endpoint: EndpointFields }): ReactElement {
  const { may } = useViewer();
  const writing = may('WRITE_SETTINGS');
  const [secret, setSecret] = useState<string | null>(null);
  const set = useChange(WebhookEndpointSet, ({ webhookEndpointSet }) => webhookEndpointSet);
  const form = useForm<Values>({
    initialValues: {
      url: endpoint?.url ?? '',
      kinds: [...(endpoint?.kinds ?? [])],
    },
  });
  const save = async ({ url, kinds }: Values): Promise<void> => {
    const payload = await set.run({ input: { url: url.trim() === '' ? null : url.trim(), kinds } });
    if (accepted(form, payload)) {
      setSecret(payload?.secret ?? null);
      tellDone('The webhook was saved.');
    }
  };
  const rotate = async (): Promise<boolean> => {
    const { url, kinds } = form.getValues();
    const payload = await set.run({ input: { url: url.trim(), kinds, rotateSecret: true } });
    setSecret(payload?.secret ?? null);
    return tellRefusals(payload);
  };
  return (
    <SendForm form={form} send="Save" pending={set.pending} disabled={!writing} onSend={save}>
      {secret !== null && (
        <Alert color="yellow" icon={<IconKey />} title="The secret that proves who sent: copy it now">
          <Stack gap="xs">
            <Text size="sm">Your server checks each request with it. It is not shown again; a new one can be made.</Text>
            <Copyable value={secret} />
          </Stack>
        </Alert>
      )}
      <TextInput
        label="Address"
        description="Empty: nothing is sent"
        type="url"
        placeholder="https://shop.example/hooks/guerdon"
        readOnly={!writing}
        {...form.getInputProps('url')}
      />
      <TagsInput
        label="Kinds of event"
        description="Empty: all. Enter after each"
        placeholder={form.values.kinds.length === 0 ? 'All' : ''}
        data={eventKinds}
        readOnly={!writing}
        {...form.getInputProps('kinds')}
        error={Object.entries(form.errors).find(([path]) => path.startsWith('kinds'))?.[1]}
      />
      {writing && endpoint !== null && (
        <div>
          <ConfirmButton
            label="New secret"
            title="Sign with a new secret?"
            button={{ variant: 'default', size: 'xs' }}
            onConfirm={rotate}
          >
            Requests are signed with both for a day, so that your server can change over; then with the new one only.
          </ConfirmButton>
        </div>
      )}
    </SendForm>
  );
}
