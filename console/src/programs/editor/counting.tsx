import { Checkbox, NumberInput, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';

import { Panel } from '../../parts/panel.js';
import type { RulesValues } from '../rules-values.js';
import { type RulesForm, numberProps } from './rules-form.js';

const baseWords: Record<keyof RulesValues['base'], string> = {
  deductDiscounts: 'Take discounts off first',
  tax: 'Tax counts',
  shipping: 'Delivery counts',
  giftCards: 'Gift cards bought count',
  topUps: 'Top-ups count',
  donations: 'Donations count',
  rewards: 'Lines had for points count',
  paidWithPoints: 'What was paid with points counts',
  paidWithStoredValue: 'What was paid from stored value counts',
  paidWithGiftCards: 'What was paid with gift cards counts',
};

/** Which parts of an order count, and how fractions become whole. */
export function Counting({ form }: { form: RulesForm }): ReactElement {
  return (
    <Panel title="What counts" about="Products always do.">
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
          {(Object.keys(baseWords) as (keyof RulesValues['base'])[]).map((part) => (
            <Checkbox
              key={part}
              label={baseWords[part]}
              {...form.getInputProps(`base.${part}`, { type: 'checkbox' })}
            />
          ))}
        </SimpleGrid>
        <Select
          maw={300}
          label="Fractions of points"
          description="Rounded once, at the end"
          data={[
            { value: 'FLOOR', label: 'are cut off' },
            { value: 'HALF_UP', label: 'are rounded, halves up' },
            { value: 'HALF_EVEN', label: 'are rounded, halves to even' },
          ]}
          allowDeselect={false}
          {...form.getInputProps('rounding')}
        />
      </Stack>
    </Panel>
  );
}

/** Whether points wait before they can be spent, and what a refund does when they are spent already. */
export function Waiting({ form }: { form: RulesForm }): ReactElement {
  const { kind } = form.values.pending;
  return (
    <Panel title="Waiting and refunds">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label="New points can be spent"
          data={[
            { value: 'none', label: 'at once' },
            { value: 'days', label: 'after some days' },
            { value: 'trigger', label: 'after an event, such as delivery' },
          ]}
          allowDeselect={false}
          {...form.getInputProps('pending.kind')}
        />
        {kind === 'days' && (
          <NumberInput label="Days" {...numberProps} decimalScale={0} {...form.getInputProps('pending.days.days')} />
        )}
        {kind === 'trigger' && (
          <TextInput label="Event" {...form.getInputProps('pending.trigger.trigger')} />
        )}
        <Select
          label="A refund of spent points"
          data={[
            { value: 'CLAMP', label: 'stops at zero' },
            { value: 'NEGATIVE', label: 'goes below zero' },
          ]}
          allowDeselect={false}
          {...form.getInputProps('clawback')}
        />
      </SimpleGrid>
    </Panel>
  );
}
