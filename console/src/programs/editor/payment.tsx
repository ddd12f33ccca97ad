import { NumberInput, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';

import { currencyDigits } from '../../format/amounts.js';
import { Panel } from '../../parts/panel.js';
import { type RulesForm, numberProps } from './rules-form.js';

/** Points as payment. */
export function Payment({ form, scale }: { form: RulesForm; scale: number }): ReactElement {
  const { enabled, currency } = form.values.payment;
  const points = { ...numberProps, decimalScale: scale };
  return (
    <Panel title="Points as payment">
      <Stack>
        <Switch
          label="Members can pay a part of an order with points"
          {...form.getInputProps('payment.enabled', { type: 'checkbox' })}
        />
        {enabled && (
          <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }}>
            <NumberInput label="So many points" {...points} {...form.getInputProps('payment.points')} />
            <NumberInput
              label="are worth"
              {...numberProps}
              decimalScale={currencyDigits(currency)}
              {...form.getInputProps('payment.worth')}
            />
            <TextInput label="Currency" maxLength={3} {...form.getInputProps('payment.currency')} />
            <NumberInput
              label="At least"
              placeholder="Any"
              {...points}
              {...form.getInputProps('payment.minimum')}
            />
            <NumberInput
              label="In multiples of"
              placeholder="1"
              {...points}
              {...form.getInputProps('payment.multiple')}
            />
            <NumberInput label="At most" placeholder="Any" {...points} {...form.getInputProps('payment.maximum')} />
            <NumberInput
              label="Share of the order, at most"
              suffix="%"
              {...numberProps}
              max={100}
              decimalScale={0}
              {...form.getInputProps('payment.maximumSharePercent')}
            />
          </SimpleGrid>
        )}
      </Stack>
    </Panel>
  );
}
