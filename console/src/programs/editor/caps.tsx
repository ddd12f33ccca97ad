import { ActionIcon, Button, Group, NumberInput, Select, Stack } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { newCap } from '../new-values.js';
import type { CapValues } from '../rules-values.js';
import { type RulesForm, numberProps } from './rules-form.js';

const counts = [
  { value: 'POINTS', label: 'points' },
  { value: 'TIMES', label: 'times' },
];
const periods = [
  { value: 'DAY', label: 'a day' },
  { value: 'WEEK', label: 'a week' },
  { value: 'MONTH', label: 'a month' },
  { value: 'YEAR', label: 'a year' },
  { value: 'LIFETIME', label: 'for ever' },
];
const owners = [
  { value: 'MEMBER', label: 'for each member' },
  { value: 'PROGRAM', label: 'for all together' },
];

/** Limits of a rule, or of the program as a whole: a sentence of fields for each. */
export function Caps({
  form,
  path,
  caps,
  scale,
}: {
  form: RulesForm;
  path: string;
  caps: readonly CapValues[];
  scale: number;
}): ReactElement {
  return (
    <Stack gap="sm" align="flex-start">
      {caps.map((cap, index) => (
        <Group key={cap.key} gap="xs" align="flex-end">
          <NumberInput
            w={120}
            label="At most"
            {...numberProps}
            decimalScale={cap.counts === 'POINTS' ? scale : 0}
            {...form.getInputProps(`${path}.${index}.limit`)}
            error={form.errors[`${path}.${index}.limit`] ?? form.errors[`${path}.${index}`]}
          />
          <Select
            w={110}
            aria-label="Counts"
            data={counts}
            allowDeselect={false}
            {...form.getInputProps(`${path}.${index}.counts`)}
          />
          <Select
            w={120}
            aria-label="Period"
            data={periods}
            allowDeselect={false}
            {...form.getInputProps(`${path}.${index}.period`)}
          />
          <Select
            w={170}
            aria-label="For whom"
            data={owners}
            allowDeselect={false}
            {...form.getInputProps(`${path}.${index}.per`)}
          />
          <ActionIcon
            variant="default"
            size={36}
            aria-label={`Remove limit ${index + 1}`}
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
        onClick={() => form.insertListItem(path, newCap())}
      >
        Add a limit
      </Button>
    </Stack>
  );
}
