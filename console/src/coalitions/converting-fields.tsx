import { NumberInput, Select, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { fromSmallest, toSmallest } from '../format/amounts.js';
import { asking } from '../graphql/queries.js';
import { useCoalitions } from '../partners/use-coalitions.js';
import { Units } from '../parts/units.js';
import { words } from '../parts/words.js';
import type { ParticipationFields } from './participation-query.js';

/** What members convert, as it is entered: a unit's slug, or empty for none; the months and the cap of a day, or empty. */
export interface ConvertingValues {
  unit: string;
  /** Digits after the point of that unit, in whose whole points the cap is entered. */
  scale: number;
  months: string | number;
  dailyCap: string | number;
}

const MONTHS_MAX = 120;

/** What is chosen to begin with: what holds, or nothing. */
export function convertingOf(participation: Pick<ParticipationFields, 'ownUnit' | 'months' | 'dailyCap'> | null): ConvertingValues {
  const { ownUnit = null, months = null, dailyCap = null } = participation ?? {};
  const scale = ownUnit?.scale ?? 0;
  return { unit: ownUnit?.slug ?? '', scale, months: months ?? '', dailyCap: dailyCap === null ? '' : fromSmallest(dailyCap, scale) };
}

/** What is sent of it; points end, and are capped, only where a unit is converted. */
export function converted({ unit, scale, months, dailyCap }: ConvertingValues): {
  unit: string | null;
  months: number | null;
  dailyCap: number | null;
} {
  if (unit === '') return { unit: null, months: null, dailyCap: null };
  return { unit, months: months === '' ? null : Number(months), dailyCap: dailyCap === '' ? null : toSmallest(dailyCap, scale) };
}

/** Why the months cannot be; null: they can. */
export function monthsError(months: ConvertingValues['months'], { unit }: ConvertingValues): string | null {
  const count = Number(months);
  return unit === '' || months === '' || (Number.isInteger(count) && count >= 1 && count <= MONTHS_MAX)
    ? null
    : `Enter 1 to ${MONTHS_MAX} months, or nothing.`;
}

/** Why the cap cannot be; null: it can. */
export function capError(dailyCap: ConvertingValues['dailyCap'], { unit, scale }: ConvertingValues): string | null {
  return unit === '' || dailyCap === '' || (toSmallest(dailyCap, scale) ?? 0) > 0 ? null : 'Enter a number of points, or nothing.';
}

/** How what is entered is judged. */
export const convertingErrors = { months: monthsError, dailyCap: capError };

/** Asks which of the shop's units its members convert, and how long what they get so is good. */
export function ConvertingFields<V extends ConvertingValues>({ form, shared }: { form: UseFormReturnType<V>; shared: string }): ReactElement {
  const units = useQuery(asking(Units, {})).data?.units ?? [];
  const coalitions = useCoalitions().data ?? [];
  const choices = units.filter(({ id, currency }) => currency === null && coalitions.every(({ unit }) => unit.id !== id));
  return (
    <Stack>
      <Select
        label="Your members convert"
        description={
          choices.length === 0
            ? 'You have no points yet; once a program gives some, you can choose them'
            : `What is turned into ${shared}, and back, at the rate of the coalition`
        }
        data={[
          { value: '', label: 'Nothing: no points of yours are moved' },
          ...choices.map(({ slug, namePlural }) => ({ value: slug, label: words(namePlural) })),
        ]}
        allowDeselect={false}
        {...form.getInputProps('unit')}
        onChange={(slug) => {
          form.setValues((values) => ({ ...values, unit: slug ?? '', scale: choices.find((unit) => unit.slug === slug)?.scale ?? 0 }));
        }}
      />
      {form.values.unit !== '' && (
        <>
          <NumberInput
            label="Months until points that come to you end"
            description="They end with the day; empty: never"
            placeholder="Never"
            min={1}
            max={MONTHS_MAX}
            allowDecimal={false}
            {...form.getInputProps('months')}
          />
          <NumberInput
            label="At most so many of your points a day"
            description="Of all members together, each way; empty: any number"
            placeholder="Any number"
            min={0}
            decimalScale={form.values.scale}
            allowNegative={false}
            thousandSeparator=","
            {...form.getInputProps('dailyCap')}
          />
          <Text size="xs" c="dimmed">
            The operator sets the rate and makes the keys by which points are moved: you trust it with those of all your members.
          </Text>
        </>
      )}
    </Stack>
  );
}
