import { Alert, Button, Group, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAlertCircle, IconPlus } from '@tabler/icons-react';
import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { type Typed, currencyDigits } from '../format/amounts.js';
import { newKey } from '../format/keys.js';
import { ask } from '../graphql/ask.js';
import { type InputOf, type ResultOf, graphql } from '../graphql/graphql.js';
import { sentence, userErrors } from '../graphql/user-errors.js';
import { Explanation, ExplanationFields } from '../parts/explanation.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { type CartValues, toCart } from './cart.js';

export const TryQuote = graphql(
  `
    query TryQuote($input: QuoteInput!) {
      quote(input: $input) {
        quote {
          earns {
            unit {
              id
              name
              namePlural
              scale
              currency
            }
            amount
            state
            maturesAt
            expiresAt
          }
          explanation {
            ...ExplanationFields
          }
        }
        ${userErrors}
      }
    }
  `,
  [ExplanationFields],
);

/** A small cart, and what it would earn by what is live now, step by step. */
export function TryIt(): ReactElement {
  const { tenant } = useViewer();
  const form = useForm<CartValues>({
    initialValues: { member: '', codes: '', lines: [newLine('20')] },
  });
  const [asked, setAsked] = useState<InputOf<'QuoteInput'> | null>(null);
  const query = useQuery({
    queryKey: ['admin', 'TryQuote', asked],
    queryFn: asked === null ? skipToken : ({ signal }) => ask(TryQuote, { input: asked }, signal),
  });
  const queries = useQueryClient();
  const send = (values: CartValues): void => {
    const { cart, problems } = toCart(values, tenant.currency);
    form.setErrors(problems ?? {});
    setAsked(cart);
    // The same cart may earn something else by now.
    void queries.invalidateQueries({ queryKey: ['admin', 'TryQuote'] });
  };
  const addLine = (): void => form.insertListItem('lines', newLine(''));
  return (
    <Panel title="Try it" about="What a cart would earn by the rules that are live now. Nothing is recorded.">
      <form noValidate onSubmit={form.onSubmit(send)}>
        <Stack>
          {form.values.lines.map(({ key }, index) => (
            <SimpleGrid key={key} cols={{ base: 1, xs: 3 }} spacing="xs">
              <NumberInput
                label={`Amount, ${tenant.currency}`}
                min={0}
                decimalScale={currencyDigits(tenant.currency)}
                thousandSeparator=","
                {...form.getInputProps(`lines.${index}.amount`)}
              />
              <NumberInput label="Pieces" min={1} {...form.getInputProps(`lines.${index}.quantity`)} />
              <TextInput label="Article number" {...form.getInputProps(`lines.${index}.sku`)} />
            </SimpleGrid>
          ))}
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
            <TextInput label="Member’s external id" placeholder="A guest" {...form.getInputProps('member')} />
            <TextInput label="Coupon codes" placeholder="None" {...form.getInputProps('codes')} />
          </SimpleGrid>
          <Group justify="space-between">
            <Button variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={addLine}>
              Add a line
            </Button>
            <Button type="submit" loading={query.isFetching}>
              What would it earn?
            </Button>
          </Group>
        </Stack>
      </form>
      {asked !== null && (
        <output>
          <Loaded query={query} lines={3}>
            {({ quote }) => <Answer payload={quote} />}
          </Loaded>
        </output>
      )}
    </Panel>
  );
}

function newLine(amount: Typed): CartValues['lines'][number] {
  return { key: newKey(), amount, quantity: 1, sku: '' };
}

function Answer({ payload }: { payload: ResultOf<typeof TryQuote>['quote'] }): ReactElement {
  const formats = useFormats();
  const { quote } = payload;
  if (quote === null) {
    return (
      <Alert color="red" icon={<IconAlertCircle />} mt="md">
        {payload.userErrors.map(({ message }) => sentence(message)).join(' ')}
      </Alert>
    );
  }
  return (
    <Stack mt="lg" gap="sm">
      {quote.earns.length === 0 && <Text fw={600}>It would earn nothing.</Text>}
      {quote.earns.map(({ unit, amount, state, maturesAt, expiresAt }) => (
        <div key={`${unit.id} ${state} ${expiresAt}`}>
          <Text fw={600} size="lg">
            {formats.change(amount, unit)} {amount === 10 ** unit.scale ? unit.name : unit.namePlural}
          </Text>
          <Text size="sm" c="dimmed">
            {state === 'AVAILABLE' ? 'Can be spent at once' : 'Waits'}
            {maturesAt !== null && ` until ${formats.instant(maturesAt)}`}
            {expiresAt !== null && `, the last day is ${formats.lastDay(expiresAt)}`}
          </Text>
        </div>
      ))}
      <Explanation lines={quote.explanation} />
    </Stack>
  );
}
