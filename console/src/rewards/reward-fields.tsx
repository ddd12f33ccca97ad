import { NumberInput, Select, SimpleGrid, Stack, TagsInput, TextInput, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { currencyDigits } from '../format/amounts.js';
import { asking } from '../graphql/queries.js';
import { PartnerSlugs } from '../partners/partner-query.js';
import { useCoalitions } from '../partners/use-coalitions.js';
import type { UnitChoice } from '../parts/units.js';
import type { RewardForm } from './reward-form.js';
import { type RewardValues, rewardKinds, termsFields } from './reward-values.js';
import { kindWords, shopsWords } from './reward-words.js';

const plain = { min: 0, allowNegative: false, thousandSeparator: ',' } as const;
const whole = { ...plain, decimalScale: 0 } as const;

/** Name, description, price and place in the catalogue. */
export function Basics({
  form,
  units,
  scale,
}: {
  form: RewardForm;
  units: readonly UnitChoice[];
  scale: number;
}): ReactElement {
  return (
    <Stack>
      <TextInput label="Name" {...form.getInputProps('name')} />
      <Textarea label="Description" autosize minRows={2} {...form.getInputProps('description')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput label="Costs" {...plain} decimalScale={scale} {...form.getInputProps('points')} />
        <Select
          label="Of"
          data={units.map(({ slug, namePlural }) => ({ value: slug, label: namePlural }))}
          allowDeselect={false}
          {...form.getInputProps('unit')}
        />
        <TextInput label="Picture" placeholder="https://…" type="url" {...form.getInputProps('imageUrl')} />
        <NumberInput
          label="Place in the catalogue, lowest first"
          {...whole}
          {...form.getInputProps('position')}
        />
      </SimpleGrid>
    </Stack>
  );
}

/** What the reward gives, by its kind. */
export function Terms({ form }: { form: RewardForm }): ReactElement {
  const { kind } = form.values;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <Select
        label="Kind"
        data={rewardKinds.map((value) => ({ value, label: kindWords[value] }))}
        allowDeselect={false}
        {...form.getInputProps('kind')}
      />
      {termsFields[kind].map((field) => (
        <TermsField key={field} form={form} field={field} />
      ))}
    </SimpleGrid>
  );
}

function TermsField({ form, field }: { form: RewardForm; field: keyof RewardValues['terms'] }): ReactElement {
  const props = form.getInputProps(`terms.${field}`);
  const money = { ...plain, decimalScale: currencyDigits(form.values.terms.currency) };
  switch (field) {
    case 'currency':
      return <TextInput label="Currency" maxLength={3} {...props} />;
    case 'amount':
      return <NumberInput label="Amount" {...money} {...props} />;
    case 'percent':
      return <NumberInput label="Percent" suffix="%" {...whole} max={100} {...props} />;
    case 'atMost':
      return <NumberInput label="At most" placeholder="Any" {...money} {...props} />;
    case 'minimumOrder':
      return <NumberInput label="For orders from" placeholder="Any" {...money} {...props} />;
    case 'sku':
      return <TextInput label="Article number" {...props} />;
    case 'quantity':
      return <NumberInput label="Pieces" {...whole} {...props} />;
    case 'cash':
      return <NumberInput label="Paid in money" {...money} {...props} />;
    case 'cause':
      return <TextInput label="Cause" {...props} />;
    case 'partner':
      return <TextInput label="Partner" {...props} />;
    case 'instructions':
      return <Textarea label="What the member is told to do" autosize minRows={2} {...props} />;
  }
}

/** Stock, limits, codes, and when it can be had. */
export function Availability({ form, zone }: { form: RewardForm; zone: string }): ReactElement {
  return (
    <>
      <NumberInput label="Stock" placeholder="Any number" {...whole} {...form.getInputProps('stock')} />
      <NumberInput
        label="Per member"
        placeholder="Any number"
        {...whole}
        {...form.getInputProps('limitPerMember')}
      />
      <TextInput
        label="From"
        type="datetime-local"
        description={`In the time of ${zone}`}
        {...form.getInputProps('startsAt')}
      />
      <TextInput
        label="Until"
        type="datetime-local"
        description={`In the time of ${zone}`}
        {...form.getInputProps('endsAt')}
      />
      <Select
        label="Codes"
        data={[
          { value: 'NONE', label: 'are not needed' },
          { value: 'GENERATED', label: 'are made when needed' },
          { value: 'UPLOADED', label: 'are taken from those you upload' },
        ]}
        allowDeselect={false}
        {...form.getInputProps('voucherSource')}
      />
      <TagsInput label="Only for tiers" placeholder="All" {...form.getInputProps('tiers')} />
      <TagsInput label="Only for segments" placeholder="All" {...form.getInputProps('segments')} />
    </>
  );
}

/** In whose shops it is redeemed, and with which partners: where partners share the points that it costs. */
export function Shops({ form }: { form: RewardForm }): ReactElement | null {
  const { unit, shops } = form.values;
  const coalition = useCoalitions().data?.find((each) => each.unit.slug === unit);
  const { data } = useQuery({
    ...asking(PartnerSlugs, { programId: coalition?.id ?? '' }),
    enabled: coalition !== undefined && shops !== 'OWN',
  });
  if (coalition === undefined && shops === 'OWN') {
    return null;
  }
  return (
    <>
      <Select
        label="Redeemed"
        data={Object.entries(shopsWords).map(([value, label]) => ({ value, label }))}
        allowDeselect={false}
        {...form.getInputProps('shops')}
      />
      {shops !== 'OWN' && (
        <TagsInput
          label="Only with partners"
          placeholder="All"
          description="By their slugs"
          data={data?.partners.nodes.map(({ slug }) => slug) ?? []}
          {...form.getInputProps('partners')}
        />
      )}
    </>
  );
}
