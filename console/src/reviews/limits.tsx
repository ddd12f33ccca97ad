import { ActionIcon, Button, Group, NumberInput, Paper, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { currencyDigits } from '../format/amounts.js';
import { newKey } from '../format/keys.js';
import type { Formats } from '../format/formats.js';
import { tellDone, useChange } from '../graphql/change.js';
import { asking } from '../graphql/queries.js';
import { DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { type LimitValues, blankLimit, fromLimit, toLimits } from './limit-values.js';
import { ActivityLimits, ActivityLimitsSet, type Limit } from './review-query.js';

const LIMITS_MAX = 20;

/** How much a member may do at once before it is held. */
export function Limits(): ReactElement {
  const { may } = useViewer();
  const formats = useFormats();
  const query = useQuery(asking(ActivityLimits, {}));
  const limits = query.data?.activityLimits;
  return (
    <Panel
      title="Limits"
      about="How much one member may do before it is held."
      actions={
        limits !== undefined &&
        may('WRITE_SETTINGS') && (
          <DialogButton label="Edit" name="Edit limits" title="Limits" size="lg" button={{ variant: 'default', size: 'xs' }}>
            {({ close }) => <LimitsForm limits={limits} onClose={close} />}
          </DialogButton>
        )
      }
    >
      <Loaded query={query} lines={2}>
        {({ activityLimits }) =>
          activityLimits.length === 0 ? (
            <Text size="sm" c="dimmed">
              There are none: nothing is held.
            </Text>
          ) : (
            <Stack gap={4} component="ul" m={0} pl="md">
              {activityLimits.map((limit) => (
                <Text key={sentenceOf(limit, formats)} component="li" size="sm">
                  {sentenceOf(limit, formats)}
                </Text>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Panel>
  );
}

function sentenceOf({ kind, per, times, amount, currency }: Limit, formats: Formats): string {
  const what = words(kind.replace('custom:', ''));
  const most = amount === null || currency === null ? formats.count(times ?? 0) : formats.money({ amount, currency });
  return `${what}: at most ${most} ${per === 'HOUR' ? 'an hour' : 'a day'}`;
}

function LimitsForm({ limits, onClose }: { limits: readonly Limit[]; onClose: () => void }): ReactElement {
  const { tenant } = useViewer();
  const form = useForm<{ limits: LimitValues[] }>({
    initialValues: { limits: limits.map(fromLimit) },
    validate: {
      limits: {
        kind: (kind) => (kind.trim() === '' ? 'Say of what, such as purchase.' : null),
        most: (most) => (Number(most) > 0 ? null : 'Enter a number above zero.'),
      },
    },
  });
  const set = useChange(ActivityLimitsSet, ({ activityLimitsSet }) => activityLimitsSet);
  const rows = form.values.limits;
  const save = async (values: { limits: LimitValues[] }): Promise<void> => {
    const payload = await set.run({ input: { limits: toLimits(values.limits, tenant.currency) } });
    if (accepted(form, payload)) {
      tellDone('The limits were saved.');
      onClose();
    }
  };
  return (
    <SendForm form={form} send="Save" pending={set.pending} onSend={save} onCancel={onClose}>
      {rows.length === 0 && <Text size="sm">Without a limit nothing is held.</Text>}
      {rows.map(({ key, counts, currency }, index) => (
        <Paper key={key} withBorder p="sm" component="section" aria-label={`Limit ${index + 1}`}>
          <Group align="flex-start" wrap="nowrap" gap="xs">
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" flex={1}>
              <TextInput label="Of what" placeholder="purchase" {...form.getInputProps(`limits.${index}.kind`)} />
              <Select
                label="Counted are"
                data={[
                  { value: 'TIMES', label: 'Times' },
                  { value: 'AMOUNT', label: 'Money' },
                ]}
                allowDeselect={false}
                {...form.getInputProps(`limits.${index}.counts`)}
              />
              <NumberInput
                label={counts === 'AMOUNT' ? `At most, ${currency ?? tenant.currency}` : 'At most'}
                min={0}
                decimalScale={counts === 'AMOUNT' ? currencyDigits(currency ?? tenant.currency) : 0}
                thousandSeparator=","
                {...form.getInputProps(`limits.${index}.most`)}
              />
              <Select
                label="Within"
                data={[
                  { value: 'HOUR', label: 'An hour' },
                  { value: 'DAY', label: 'A day' },
                ]}
                allowDeselect={false}
                {...form.getInputProps(`limits.${index}.per`)}
              />
            </SimpleGrid>
            <ActionIcon variant="default" aria-label={`Remove limit ${index + 1}`} onClick={() => form.removeListItem('limits', index)}>
              <IconTrash size={14} />
            </ActionIcon>
          </Group>
        </Paper>
      ))}
      {rows.length < LIMITS_MAX && (
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => form.insertListItem('limits', blankLimit(newKey()))}
          >
            Add a limit
          </Button>
        </div>
      )}
    </SendForm>
  );
}
