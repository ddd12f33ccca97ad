import { Button, Group, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';

import { instantOf, localOf } from '../format/instants.js';
import { tellDone, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { SendForm, accepted } from '../parts/form.js';
import { Panel } from '../parts/panel.js';
import { useFormats, useViewer } from '../shell/viewer.js';

const SandboxClockAdvance = graphql(`
  mutation SandboxClockAdvance($input: SandboxClockAdvanceInput!) {
    sandboxClockAdvance(input: $input) {
      tenant {
        id
        now
      }
      ${userErrors}
    }
  }
`);

const steps = [
  { label: '+1 day', days: 1 },
  { label: '+1 month', days: 30 },
  { label: '+1 year', days: 365 },
];

/** Moves a sandbox's clock ahead, to watch points mature and expire. */
export function SandboxClock(): ReactElement {
  const { tenant } = useViewer();
  const { instant } = useFormats();
  const local = localOf(tenant.now, tenant.zone);
  const form = useForm({ initialValues: { to: local } });
  const advance = useChange(SandboxClockAdvance, ({ sandboxClockAdvance }) => sandboxClockAdvance);
  const later = (days: number): void => {
    const at = Date.parse(`${form.getValues().to || local}Z`) + days * 86_400_000;
    form.setFieldValue('to', new Date(at).toISOString().slice(0, 16));
  };
  const send = async ({ to }: { to: string }): Promise<void> => {
    const payload = await advance.run({ input: { to: instantOf(to, tenant.zone) } });
    if (accepted(form, payload)) {
      tellDone('The clock was moved. Jobs that are due run now.');
    }
  };
  return (
    <Panel title="Sandbox clock" about={`It is ${instant(tenant.now)} here.`}>
      <SendForm
        form={form}
        send="Move the clock"
        pending={advance.pending}
        disabled={form.values.to <= local}
        onSend={send}
      >
        <Group align="flex-end" gap="xs">
          <TextInput
            type="datetime-local"
            label="Move it to"
            min={local}
            flex="1 1 220px"
            {...form.getInputProps('to')}
          />
          {steps.map(({ label, days }) => (
            <Button key={label} variant="default" onClick={() => later(days)}>
              {label}
            </Button>
          ))}
        </Group>
        <Text size="sm" c="dimmed">
          It moves forward only, at most ten years ahead.
        </Text>
      </SendForm>
    </Panel>
  );
}
