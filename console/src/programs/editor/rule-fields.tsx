import { Accordion, Badge, Select, SimpleGrid, Stack, TagsInput, TextInput } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

import { type RuleValues, earnKinds } from '../rules-values.js';
import { Caps } from './caps.js';
import { Conditions } from './conditions.js';
import { EarnFields } from './earn-fields.js';
import { Items } from './items.js';
import { type RulesForm, activityKinds, earnWords } from './rules-form.js';

/** All fields of one way to earn; what is seldom needed is folded away, with a count of what is set. */
export function RuleFields({
  form,
  index,
  rule,
  scale,
}: {
  form: RulesForm;
  index: number;
  rule: RuleValues;
  scale: number;
}): ReactElement {
  const path = `rules.${index}`;
  return (
    <Stack p="md" pt={0}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label="Name"
          description="It stands in every explanation"
          {...form.getInputProps(`${path}.name`)}
        />
        <TextInput
          label="Id"
          description="Limits go on counting by it; keep it"
          {...form.getInputProps(`${path}.id`)}
        />
        <Select
          label="Gives"
          data={earnKinds.map((kind) => ({ value: kind, label: earnWords[kind] }))}
          allowDeselect={false}
          {...form.getInputProps(`${path}.kind`)}
        />
        <TagsInput
          label="For"
          data={activityKinds}
          placeholder={rule.on.length === 0 ? 'purchase, custom:…' : ''}
          {...form.getInputProps(`${path}.on`)}
        />
      </SimpleGrid>
      <EarnFields form={form} path={`${path}.earn`} rule={rule} scale={scale} />
      <Accordion variant="contained" multiple order={3}>
        <Section value="items" title="Only these products" count={itemsSet(rule)}>
          <Items form={form} path={`${path}.items`} />
        </Section>
        <Section value="conditions" title="Only when" count={conditionsSet(rule)}>
          <Conditions form={form} path={`${path}.conditions`} rule={rule} />
        </Section>
        <Section value="caps" title="At most" count={rule.caps.length}>
          <Caps form={form} path={`${path}.caps`} caps={rule.caps} scale={scale} />
        </Section>
      </Accordion>
    </Stack>
  );
}

function Section({
  value,
  title,
  count,
  children,
}: {
  value: string;
  title: string;
  count: number;
  children: ReactNode;
}): ReactElement {
  return (
    <Accordion.Item value={value}>
      <Accordion.Control>
        {title}
        {count > 0 && (
          <Badge ml="xs" size="sm" variant="light" autoContrast>
            {count} set
          </Badge>
        )}
      </Accordion.Control>
      <Accordion.Panel>{children}</Accordion.Panel>
    </Accordion.Item>
  );
}

function itemsSet({ items }: RuleValues): number {
  return [items.include, items.exclude].flatMap((selector) => Object.values(selector)).filter((list) => list.length > 0)
    .length;
}

function conditionsSet({ conditions }: RuleValues): number {
  const { currency: _, tierProgram: __, ...telling } = conditions;
  return Object.values(telling).filter((value) => (Array.isArray(value) ? value.length > 0 : value !== '' && value !== false))
    .length;
}
