import { Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { ConfirmButton } from '../parts/dialog.js';
import { Panel } from '../parts/panel.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { healthWords } from '../webhooks/health-words.js';
import { HealthBadge } from '../webhooks/health.js';
import { PartnerWebhookDisable, PartnerWebhookEnable, PartnerWebhookRemove } from './partner-mutations.js';
import type { PartnerFields } from './partner-query.js';

type Webhook = NonNullable<PartnerFields['webhook']>;

const small = { variant: 'default', size: 'xs' } as const;

/** Where a partner is told what happens with it, and how that fares. */
export function PartnerWebhook({ partner }: { partner: PartnerFields }): ReactElement {
  const { webhook } = partner;
  return (
    <Panel
      title="Webhook"
      about="Where the partner’s own server is told what happens with it. It sets the address itself."
      {...(webhook === null ? {} : { actions: <HealthBadge health={webhook} /> })}
    >
      {webhook === null ? (
        <Text size="sm" c="dimmed">
          The partner has not said where it wants to be told.
        </Text>
      ) : (
        <Fares partner={partner} webhook={webhook} />
      )}
    </Panel>
  );
}

function Fares({ partner, webhook }: { partner: PartnerFields; webhook: Webhook }): ReactElement {
  const formats = useFormats();
  const { may } = useViewer();
  return (
    <Stack gap="sm">
      <div>
        <Text size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
          {webhook.host}
        </Text>
        <Text size="sm">{webhook.kinds.length === 0 ? 'All that partners are told.' : webhook.kinds.join(', ')}</Text>
        <Text size="xs" c="dimmed">
          {healthWords(webhook, formats)}
        </Text>
      </div>
      {may('WRITE_PARTNERS') && (
        <Group gap="xs">
          {webhook.disabledReason === 'OPERATOR' ? <Enable partner={partner} /> : <Disable partner={partner} />}
          <Remove partner={partner} />
        </Group>
      )}
    </Stack>
  );
}

function Disable({ partner: { id, name } }: { partner: PartnerFields }): ReactElement {
  const disable = useChange(PartnerWebhookDisable, ({ partnerWebhookDisable }) => partnerWebhookDisable);
  return (
    <ConfirmButton
      label="Disable"
      title={`Send ${name} nothing any more?`}
      button={small}
      onConfirm={async () => {
        const done = tellRefusals(await disable.run({ input: { id } }));
        if (done) {
          tellDone('The webhook is disabled.');
        }
        return done;
      }}
    >
      What waits is given up, and what happens meanwhile is not sent later. Only you can enable it again.
    </ConfirmButton>
  );
}

function Enable({ partner: { id, name } }: { partner: PartnerFields }): ReactElement {
  const enable = useChange(PartnerWebhookEnable, ({ partnerWebhookEnable }) => partnerWebhookEnable);
  return (
    <ConfirmButton
      label="Enable"
      title={`Tell ${name} again what happens?`}
      button={small}
      onConfirm={async () => {
        const done = tellRefusals(await enable.run({ input: { id } }));
        if (done) {
          tellDone('The webhook is enabled.');
        }
        return done;
      }}
    >
      What happened meanwhile is not sent.
    </ConfirmButton>
  );
}

function Remove({ partner: { id, name } }: { partner: PartnerFields }): ReactElement {
  const remove = useChange(PartnerWebhookRemove, ({ partnerWebhookRemove }) => partnerWebhookRemove);
  return (
    <ConfirmButton
      label="Remove"
      title={`Forget where ${name} is told?`}
      button={{ ...small, c: 'red' }}
      color="red"
      onConfirm={async () => {
        const done = tellRefusals(await remove.run({ input: { id } }));
        if (done) {
          tellDone('The webhook is removed.');
        }
        return done;
      }}
    >
      What waits is given up. The partner can set another address; to prevent that, disable it instead.
    </ConfirmButton>
  );
}
