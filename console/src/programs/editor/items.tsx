import { Fieldset, MultiSelect, SimpleGrid, Stack, TagsInput } from '@mantine/core';
import type { ReactElement } from 'react';

import { words } from '../../parts/words.js';
import type { RulesForm } from './rules-form.js';

const kinds = ['PRODUCT', 'SHIPPING', 'GIFT_CARD', 'TOP_UP', 'DONATION', 'REWARD'] as const;

/** Which lines of an order a rule is about. */
export function Items({ form, path }: { form: RulesForm; path: string }): ReactElement {
  return (
    <Stack>
      <Selector form={form} path={`${path}.include`} legend="Lines with any of these (none: all)" />
      <Selector form={form} path={`${path}.exclude`} legend="But not lines with any of these" />
    </Stack>
  );
}

function Selector({ form, path, legend }: { form: RulesForm; path: string; legend: string }): ReactElement {
  return (
    <Fieldset legend={legend}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TagsInput label="Article numbers" {...form.getInputProps(`${path}.skus`)} />
        <TagsInput label="Categories" {...form.getInputProps(`${path}.categories`)} />
        <TagsInput label="Tags" {...form.getInputProps(`${path}.tags`)} />
        <MultiSelect
          label="Kinds of line"
          data={kinds.map((kind) => ({ value: kind, label: words(kind) }))}
          {...form.getInputProps(`${path}.kinds`)}
        />
      </SimpleGrid>
    </Fieldset>
  );
}
