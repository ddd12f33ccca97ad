import { Checkbox, MultiSelect, NumberInput, Select, TagsInput, TextInput, type TextInputProps } from '@mantine/core';
import { type ReactElement, useState } from 'react';

import { type Typed, fromSmallest, toSmallest } from '../../format/amounts.js';
import { instantOf, localOf } from '../../format/instants.js';
import { words } from '../../parts/words.js';
import { useRulesForm } from './form-context.js';
import { measureOf } from './measures.js';
import { type FieldShape, type Part, labelOf, valuesOf } from './shapes.js';

/** What a field shows, and what happens when it changes; undefined takes the value away. */
export interface FieldProps {
  readonly field: FieldShape;
  /** The input that it is a field of. */
  readonly input: string;
  readonly path: string;
  readonly value: unknown;
  /** The parts around, the innermost first. */
  readonly around: readonly Part[];
  readonly onChange: (value: unknown) => void;
}

/** What is said about fields stands below them, so that those side by side are level. */
const order: Pick<TextInputProps, 'inputWrapperOrder'> = { inputWrapperOrder: ['label', 'input', 'description', 'error'] };

/** A field that holds no parts of its own: a number, a text, a choice, or several of them. */
export function ScalarField(props: FieldProps): ReactElement {
  const { field, path, value, onChange } = props;
  const { errors } = useRulesForm();
  const shown = { ...order, label: labelOf(field.name), description: field.about, error: errors[path] };
  const values = valuesOf(field.type);
  if (field.list) {
    return <ManyField {...props} />;
  }
  if (field.type === 'Boolean') {
    return (
      <Checkbox
        label={shown.label}
        description={shown.description}
        error={shown.error}
        checked={value === true}
        onChange={({ currentTarget }) => onChange(currentTarget.checked || !field.nullable ? currentTarget.checked : undefined)}
      />
    );
  }
  if (values !== null) {
    return (
      <Select
        {...shown}
        data={values.map((one) => ({ value: one, label: words(one) }))}
        allowDeselect={field.nullable}
        value={textOf(value) || null}
        onChange={(one) => onChange(one ?? undefined)}
      />
    );
  }
  if (field.type === 'Int' || field.type === 'BigInt' || field.type === 'Float') {
    return <NumberField {...props} />;
  }
  return <TextField {...props} />;
}

function NumberField({ field, input, path, value, around, onChange }: FieldProps): ReactElement {
  const { errors, units } = useRulesForm();
  const { digits, of } = measureOf(`${input}.${field.name}`, around, units);
  const [typed, setTyped] = useState<Typed>('');
  // What is being typed stays as it is ("1." on the way to "1.5"), as long as it means what the rules hold.
  const held = typeof value === 'number' ? value : null;
  const shown = toSmallest(typed, digits) === held ? typed : held === null ? '' : fromSmallest(held, digits);
  return (
    <NumberInput
      {...order}
      label={of === '' ? labelOf(field.name) : `${labelOf(field.name)}, ${of}`}
      description={field.about}
      error={errors[path]}
      placeholder={field.nullable ? 'Not set' : ''}
      min={0}
      allowNegative={false}
      thousandSeparator=","
      decimalScale={digits}
      value={shown}
      onChange={(next) => {
        setTyped(next);
        onChange(toSmallest(next, digits) ?? undefined);
      }}
    />
  );
}

function TextField({ field, path, value, onChange }: FieldProps): ReactElement {
  const { errors, units, rewards, zone } = useRulesForm();
  const shown = { ...order, label: labelOf(field.name), description: field.about, error: errors[path] };
  const text = textOf(value);
  const change = (typed: string): void => onChange(typed === '' && field.nullable ? undefined : typed);
  const choices = /^unit$|Unit$/.test(field.name)
    ? units.map(({ slug, namePlural }) => ({ value: slug, label: namePlural }))
    : field.name === 'reward'
      ? rewards.map(({ slug, name }) => ({ value: slug, label: name }))
      : null;
  if (choices !== null) {
    return (
      <Select
        {...shown}
        placeholder={field.nullable ? 'Not set' : 'Choose'}
        data={choices}
        searchable={choices.length > 10}
        allowDeselect={field.nullable}
        value={text || null}
        onChange={(one) => change(one ?? '')}
      />
    );
  }
  if (field.type === 'DateTime') {
    return (
      <TextInput
        {...shown}
        type="datetime-local"
        value={text === '' ? '' : localOf(text, zone)}
        onChange={({ currentTarget }) => change(currentTarget.value === '' ? '' : instantOf(currentTarget.value, zone))}
      />
    );
  }
  return (
    <TextInput
      {...shown}
      type={field.type === 'Date' ? 'date' : 'text'}
      placeholder={field.nullable ? 'Not set' : ''}
      value={text}
      onChange={({ currentTarget }) => change(currentTarget.value)}
    />
  );
}

function ManyField({ field, path, value, onChange }: FieldProps): ReactElement {
  const { errors } = useRulesForm();
  const found = Object.entries(errors).find(([at]) => at === path || at.startsWith(`${path}.`));
  const shown = { ...order, label: labelOf(field.name), description: field.about, error: found?.[1] };
  const values = valuesOf(field.type);
  const many = Array.isArray(value) ? value.map(String) : [];
  if (values !== null) {
    return (
      <MultiSelect
        {...shown}
        data={values.map((one) => ({ value: one, label: words(one) }))}
        value={many}
        onChange={onChange}
      />
    );
  }
  const numbers = field.type === 'Int' || field.type === 'BigInt';
  return (
    <TagsInput
      {...shown}
      placeholder={many.length === 0 ? 'Enter after each' : ''}
      value={many}
      onChange={(typed) => onChange(numbers ? typed.map(Number).filter((one) => Number.isSafeInteger(one)) : typed)}
    />
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
