import { Button, Group, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconSearch } from '@tabler/icons-react';
import { skipToken, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { ask } from '../graphql/ask.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { PlainRows } from '../parts/table.js';
import { GiftCardByCode } from './gift-card-query.js';
import { useGiftCardColumns } from './gift-card-rows.js';

/** Finds a card by what its holder has: the code, and its PIN if it has one. Tries are limited, so it is sent once. */
export function FindGiftCard(): ReactElement {
  const form = useForm({ initialValues: { code: '', pin: '' } });
  const [wanted, setWanted] = useState<{ code: string; pin: string | null } | null>(null);
  const query = useQuery({
    queryKey: ['admin', 'GiftCardByCode', wanted],
    queryFn: wanted === null ? skipToken : ({ signal }) => ask(GiftCardByCode, wanted, signal),
    retry: false,
    refetchOnWindowFocus: false,
  });
  const columns = useGiftCardColumns();
  const send = ({ code, pin }: typeof form.values): void =>
    setWanted(code.trim() === '' ? null : { code: code.trim(), pin: pin.trim() === '' ? null : pin.trim() });
  return (
    <Panel title="Find a card">
      <form noValidate onSubmit={form.onSubmit(send)}>
        <Group align="flex-end" gap="sm">
          <TextInput
            flex="1 1 220px"
            label="Code"
            placeholder="7KQM-3FXW-9TRD-0HZ2"
            autoComplete="off"
            {...form.getInputProps('code')}
          />
          <TextInput flex="0 1 120px" label="PIN" placeholder="If any" autoComplete="off" {...form.getInputProps('pin')} />
          <Button type="submit" variant="default" leftSection={<IconSearch size={16} aria-hidden />} loading={query.isFetching}>
            Find
          </Button>
        </Group>
      </form>
      {wanted !== null && (
        <output>
          <Loaded query={query} lines={2}>
            {({ giftCard }) =>
              giftCard === null ? (
                <Text mt="md">There is no card with this code, or its PIN is another.</Text>
              ) : (
                <PlainRows label="The card that was found" columns={columns} rows={[giftCard]} />
              )
            }
          </Loaded>
        </output>
      )}
    </Panel>
  );
}
