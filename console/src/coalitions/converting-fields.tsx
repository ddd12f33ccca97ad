import { NumberInput, Select, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { asking } from '../graphql/queries.js';
import { useCoalitions } from '../partners/use-coalitions.js';
import { Units } from '../parts/units.js';
import { words } from '../parts/words.js';
import type { ParticipationFields } from './participation-query.js';

/** What members convert, as it is entered: a unit's slug, or empty for none, and the months, or empty for never. */
export interface ConvertingValues {
  unit: string;
  months: string | number;
}

const MONTHS_MAX = 120;

/** What is chosen to begin with: what holds, or nothing. */
export function convertingOf(participation: Pick<ParticipationFields, 'ownUnit' | 'months'> | null): ConvertingValues {
  return { unit: participation?.ownUnit?.slug ?? '', months: participation?.months ?? '' };
}

/** What is sent of it; points end only where a unit is converted. */
export function converted({ unit, months }: ConvertingValues): { unit: string | null; months: number | null } {
  return unit === '' ? { unit: null, months: null } : { unit, months: months === '' ? null : Number(months) };
}

/** Why the months cannot be; null: they can. */
export function monthsError(months: ConvertingValues['months'], { unit }: ConvertingValues): string | null {
  const count = Number(months);
  return unit === '' || months === '' || (Number.isInteger(count) && count >= 1 && count <= MONTHS_MAX)
    ? null
    : `Enter 1 to ${MONTHS_MAX} months, or nothing.`;
}

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
          <Text size="xs" c="dimmed">
            The operator sets the rate and makes the keys by which points are moved: you trust it with those of all your members.
          </Text>
        </>
      )}
    </Stack>
  );
}
