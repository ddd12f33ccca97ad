import { ActionIcon, Button, Checkbox, Group, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { currencyDigits } from '../../format/amounts.js';
import { newKey } from '../../format/keys.js';
import type { RuleValues } from '../rules-values.js';
import { type RulesForm, numberProps } from './rules-form.js';

/** The fields of what a rule gives, by its kind. */
export function EarnFields({
  form,
  path,
  rule: { kind, earn },
  scale,
}: {
  form: RulesForm;
  path: string;
  rule: RuleValues;
  scale: number;
}): ReactElement {
  const at = `${path}.${kind}`;
  switch (kind) {
    case 'perAmount':
      return (
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <PointsField form={form} path={`${at}.points`} scale={scale} />
          <NumberInput
            label="For every"
            {...numberProps}
            decimalScale={currencyDigits(earn.perAmount.currency)}
            {...form.getInputProps(`${at}.per`)}
          />
          <TextInput label="Currency" maxLength={3} {...form.getInputProps(`${at}.currency`)} />
        </SimpleGrid>
      );
    case 'quantityBreaks':
      return <Breaks form={form} path={`${at}.breaks`} breaks={earn.quantityBreaks.breaks} scale={scale} />;
    case 'multiplier':
      return (
        <Group align="flex-start">
          <TextInput
            label="Times"
            description="1.5, or as a fraction 7/5"
            inputMode="decimal"
            {...form.getInputProps(`${at}.factor`)}
          />
          <Checkbox
            mt={50}
            label="Below 1 is meant: it takes points away"
            {...form.getInputProps(`${at}.allowBelowOne`, { type: 'checkbox' })}
          />
        </Group>
      );
    case 'reward':
      return (
        <TextInput
          label="Reward"
          description="By its short name; given once, and back with the whole order"
          maw={360}
          {...form.getInputProps(`${at}.reward`)}
        />
      );
    default:
      return <PointsField form={form} path={`${at}.points`} scale={scale} />;
  }
}

function PointsField({ form, path, scale }: { form: RulesForm; path: string; scale: number }): ReactElement {
  return <NumberInput label="Points" maw={240} {...numberProps} decimalScale={scale} {...form.getInputProps(path)} />;
}

function Breaks({
  form,
  path,
  breaks,
  scale,
}: {
  form: RulesForm;
  path: string;
  breaks: RuleValues['earn']['quantityBreaks']['breaks'];
  scale: number;
}): ReactElement {
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm" c="dimmed">
        The highest quantity that is reached counts.
      </Text>
      {breaks.map(({ key }, index) => (
        <Group key={key} gap="xs" align="flex-end" wrap="nowrap">
          <NumberInput
            label="From pieces"
            {...numberProps}
            decimalScale={0}
            {...form.getInputProps(`${path}.${index}.quantity`)}
          />
          <NumberInput
            label="Points"
            {...numberProps}
            decimalScale={scale}
            {...form.getInputProps(`${path}.${index}.points`)}
          />
          <ActionIcon
            variant="default"
            size={36}
            aria-label={`Remove quantity ${index + 1}`}
            onClick={() => form.removeListItem(path, index)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => form.insertListItem(path, { key: newKey(), quantity: '', points: '' })}
      >
        Add a quantity
      </Button>
    </Stack>
  );
}
