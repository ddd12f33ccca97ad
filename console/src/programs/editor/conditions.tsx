import {
  ActionIcon,
  Button,
  Checkbox,
  Chip,
  Group,
  Input,
  MultiSelect,
  NumberInput,
  SimpleGrid,
  Stack,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { currencyDigits } from '../../format/amounts.js';
import { newKey } from '../../format/keys.js';
import { words } from '../../parts/words.js';
import type { RuleValues } from '../rules-values.js';
import classes from './editor.module.css';
import { type RulesForm, numberProps } from './rules-form.js';

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map((label, index) => ({
  label,
  value: String(index + 1),
}));

const tenders = ['POINTS', 'STORED_VALUE', 'GIFT_CARD', 'CARD', 'OTHER'] as const;

/** What must hold for a rule to apply, all of it. */
export function Conditions({ form, path, rule }: { form: RulesForm; path: string; rule: RuleValues }): ReactElement {
  const { currency, hours } = rule.conditions;
  const money = { ...numberProps, decimalScale: currencyDigits(currency) };
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <NumberInput label="Amount at least" {...money} {...form.getInputProps(`${path}.minimumAmount`)} />
        <NumberInput label="Amount at most" {...money} {...form.getInputProps(`${path}.maximumAmount`)} />
        <TextInput label="Currency of the amounts" maxLength={3} {...form.getInputProps(`${path}.currency`)} />
        <TextInput label="First day" type="date" {...form.getInputProps(`${path}.startsOn`)} />
        <TextInput label="Last day" type="date" {...form.getInputProps(`${path}.endsOn`)} />
      </SimpleGrid>
      <Weekdays form={form} path={`${path}.weekdays`} />
      <Hours form={form} path={`${path}.hours`} hours={hours} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TagsInput label="Channels" placeholder="web, store" {...form.getInputProps(`${path}.channels`)} />
        <TagsInput label="Partners" placeholder="Slugs of a coalition’s partners" {...form.getInputProps(`${path}.partners`)} />
        <TagsInput label="Coupon codes" {...form.getInputProps(`${path}.codes`)} />
        <TagsInput label="Segments" {...form.getInputProps(`${path}.segments`)} />
        <MultiSelect
          label="Paid with"
          data={tenders.map((tender) => ({ value: tender, label: words(tender) }))}
          {...form.getInputProps(`${path}.tenders`)}
        />
        <TagsInput label="Tiers" {...form.getInputProps(`${path}.tiers`)} />
        <TextInput
          label="Program of these tiers"
          placeholder="Any; by its slug"
          {...form.getInputProps(`${path}.tierProgram`)}
        />
      </SimpleGrid>
      <TextInput
        label="Expression (CEL)"
        description="For what no other field says"
        placeholder="activity.amount >= 5000"
        maxLength={500}
        {...form.getInputProps(`${path}.when`)}
      />
      <Checkbox
        label="The first time only, once per member"
        {...form.getInputProps(`${path}.firstTimeOnly`, { type: 'checkbox' })}
      />
    </Stack>
  );
}

function Weekdays({ form, path }: { form: RulesForm; path: string }): ReactElement {
  const { value, onChange, error } = form.getInputProps(path);
  return (
    <fieldset className={classes['plain']}>
      <Input.Label component="legend">Weekdays</Input.Label>
      <Chip.Group multiple value={value} onChange={onChange}>
        <Group gap={6}>
          {weekdays.map((day) => (
            <Chip key={day.value} value={day.value} size="xs">
              {day.label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {error !== undefined && <Input.Error>{error}</Input.Error>}
    </fieldset>
  );
}

function Hours({
  form,
  path,
  hours,
}: {
  form: RulesForm;
  path: string;
  hours: RuleValues['conditions']['hours'];
}): ReactElement {
  return (
    <Stack gap="xs" align="flex-start">
      {hours.map(({ key }, index) => (
        <Group key={key} gap="xs" align="flex-end" wrap="nowrap">
          <TextInput label="From" placeholder="16:00" {...form.getInputProps(`${path}.${index}.fromTime`)} />
          <TextInput label="Until" placeholder="24:00" {...form.getInputProps(`${path}.${index}.untilTime`)} />
          <ActionIcon
            variant="default"
            size={36}
            aria-label={`Remove hours ${index + 1}`}
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
        onClick={() => form.insertListItem(path, { key: newKey(), fromTime: '09:00', untilTime: '18:00' })}
      >
        Add hours of the day
      </Button>
    </Stack>
  );
}
