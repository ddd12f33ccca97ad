import { SimpleGrid } from '@mantine/core';
import type { ReactElement } from 'react';

import { Panel } from '../../parts/panel.js';
import { NestedField } from './part-fields.js';
import { type FieldProps, ScalarField } from './scalar-field.js';
import { type FieldShape, type Part, inputOf, labelOf, rulesOf } from './shapes.js';

/** The form of a kind's rules: a panel for what is told in a word, and one for each part that has fields of its own. */
export function RulesPanels({
  field: kind,
  only,
  value,
  onChange,
}: {
  /** The kind's field in `ProgramRulesInput`. */
  field: string;
  /** The fields to show; all unless given. */
  only?: readonly string[];
  value: Part;
  onChange: (value: Part) => void;
}): ReactElement {
  const all = inputOf(rulesOf(kind) ?? '')?.fields ?? [];
  const fields = only === undefined ? all : all.filter(({ name }) => only.includes(name));
  const scalars = fields.filter(({ type }) => inputOf(type) === null);
  const propsOf = (field: FieldShape): FieldProps => ({
    field,
    input: rulesOf(kind) ?? '',
    path: field.name,
    value: value[field.name],
    around: [value],
    onChange: (next) => {
      const { [field.name]: _, ...rest } = value;
      onChange(next === undefined ? rest : { ...value, [field.name]: next });
    },
  });
  return (
    <>
      {scalars.length > 0 && (
        <Panel title="In general">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {scalars.map((field) => (
              <ScalarField key={field.name} {...propsOf(field)} />
            ))}
          </SimpleGrid>
        </Panel>
      )}
      {fields
        .filter(({ type }) => inputOf(type) !== null)
        .map((field) => (
          <Panel key={field.name} title={labelOf(field.name)} about={field.about}>
            <NestedField {...propsOf(field)} />
          </Panel>
        ))}
    </>
  );
}
