import { ActionIcon, Button, Group, NumberInput, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { Panel } from '../../parts/panel.js';
import { newPolicy } from '../new-values.js';
import { type PolicyValues, policyKinds } from '../rules-values.js';
import { type RulesForm, numberProps, policyWords } from './rules-form.js';

/** When points end: the earliest of the policies counts. */
export function Expiry({ form }: { form: RulesForm }): ReactElement {
  const { policies, exemptTiers } = form.values.expiry;
  return (
    <Panel title="Expiry" about="The earliest of these counts. None: points stay for ever.">
      <Stack align="flex-start">
        {policies.map((policy, index) => (
          <Group key={policy.key} align="flex-end" gap="xs">
            <Select
              w={230}
              label="Points end"
              data={policyKinds.map((kind) => ({ value: kind, label: policyWords[kind] }))}
              allowDeselect={false}
              {...form.getInputProps(`expiry.policies.${index}.kind`)}
              error={form.errors[`expiry.policies.${index}`]}
            />
            <PolicyFields form={form} path={`expiry.policies.${index}.${policy.kind}`} kind={policy.kind} />
            <ActionIcon
              variant="default"
              size={36}
              aria-label={`Remove ${policyWords[policy.kind].toLowerCase()}`}
              onClick={() => form.removeListItem('expiry.policies', index)}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => form.insertListItem('expiry.policies', newPolicy())}
        >
          Add an end
        </Button>
        {policies.length > 0 && (
          <Group align="flex-start" w="100%" grow preventGrowOverflow={false}>
            <TagsInput
              label="Warn members"
              description="So many days ahead; Enter after each"
              {...form.getInputProps('expiry.warnDays')}
            />
            <TagsInput
              label="Tiers that keep their points"
              description="Enter after each"
              {...form.getInputProps('expiry.exemptTiers')}
            />
            {exemptTiers.length > 0 && (
              <TextInput
                label="Program of these tiers"
                description="By its slug; empty: any"
                {...form.getInputProps('expiry.tierProgram')}
              />
            )}
          </Group>
        )}
      </Stack>
    </Panel>
  );
}

function PolicyFields({
  form,
  path,
  kind,
}: {
  form: RulesForm;
  path: string;
  kind: PolicyValues['kind'];
}): ReactElement {
  const whole = { ...numberProps, decimalScale: 0, w: 110 };
  switch (kind) {
    case 'monthsAfterEarning':
    case 'endOfMonth':
    case 'monthsInactive':
      return <NumberInput label="Months" {...whole} {...form.getInputProps(`${path}.months`)} />;
    case 'fixedDate':
      return (
        <>
          <NumberInput label="Month" {...whole} max={12} {...form.getInputProps(`${path}.month`)} />
          <NumberInput label="Day" {...whole} max={31} {...form.getInputProps(`${path}.day`)} />
        </>
      );
    case 'endOfCalendarYear':
      return (
        <NumberInput
          label="Years later"
          {...whole}
          {...form.getInputProps(`${path}.years`)}
        />
      );
    case 'never':
      return <Text size="sm">This stands alone.</Text>;
  }
}
