import {
  ActionIcon,
  Badge,
  Box,
  Button,
  Fieldset,
  Group,
  Paper,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  UnstyledButton,
} from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconChevronDown, IconChevronUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactElement, type ReactNode, useState } from 'react';

import { type FieldProps, ScalarField } from './scalar-field.js';
import { type FieldShape, type Part, blank, blankField, inputOf, isPart, labelOf, singular, switchOf } from './shapes.js';
import { useRulesForm } from './form-context.js';
import classes from '../editor/editor.module.css';

/** The fields of a part of rules: what is a mere value side by side, what has parts of its own below. */
export function PartFields({
  type,
  path,
  value,
  around,
  onChange,
}: {
  type: string;
  path: string;
  value: Part;
  around: readonly Part[];
  onChange: (value: Part) => void;
}): ReactElement {
  const fields = inputOf(type)?.fields ?? [];
  const inner = [value, ...around];
  const propsOf = (field: FieldShape): FieldProps => ({
    field,
    input: type,
    path: `${path}.${field.name}`,
    value: value[field.name],
    around: inner,
    onChange: (next) => onChange(replaced(value, field.name, next)),
  });
  const scalars = fields.filter((field) => inputOf(field.type) === null);
  return (
    <Stack>
      {scalars.length > 0 && (
        <SimpleGrid cols={{ base: 1, sm: scalars.length === 1 ? 1 : 2 }}>
          {scalars.map((field) => (
            <ScalarField key={field.name} {...propsOf(field)} />
          ))}
        </SimpleGrid>
      )}
      {fields
        .filter((field) => inputOf(field.type) !== null)
        .map((field) => (
          <Frame key={field.name} field={field}>
            <NestedField {...propsOf(field)} />
          </Frame>
        ))}
    </Stack>
  );
}

function Frame({ field, children }: { field: FieldShape; children: ReactNode }): ReactElement {
  return (
    <Fieldset legend={labelOf(field.name)}>
      <Stack gap="sm">
        {field.about !== '' && (
          <Text size="sm" c="dimmed">
            {field.about}
          </Text>
        )}
        {children}
      </Stack>
    </Fieldset>
  );
}

/** A field with parts of its own: a list of them, one of several kinds, or one that can be left out. */
export function NestedField(props: FieldProps): ReactElement {
  const { field, path, value, around, onChange } = props;
  const { errors } = useRulesForm();
  if (field.list) {
    return <ListField {...props} />;
  }
  const part = isPart(value) ? value : null;
  const wrong = errors[path];
  return (
    <Stack gap="sm">
      {wrong !== undefined && <Wrong>{wrong}</Wrong>}
      {inputOf(field.type)?.oneOf === true ? (
        <ChoiceFields {...props} />
      ) : (
        <>
          {field.nullable && (
            <Switch
              label={switchOf(field.name)}
              checked={part !== null}
              onChange={({ currentTarget }) => onChange(currentTarget.checked ? blankField(field) : undefined)}
            />
          )}
          {(part !== null || !field.nullable) && (
            <PartFields type={field.type} path={path} value={part ?? {}} around={around} onChange={onChange} />
          )}
        </>
      )}
    </Stack>
  );
}

/** Exactly one of several: which, and its fields. */
function ChoiceFields({ field, path, value, around, onChange }: FieldProps): ReactElement {
  const part = isPart(value) ? value : {};
  const choices = inputOf(field.type)?.fields ?? [];
  const chosen = choices.find(({ name }) => part[name] !== undefined && part[name] !== null);
  return (
    <Stack gap="sm">
      <Select
        aria-label={labelOf(field.name)}
        description={chosen?.about ?? ''}
        maw={360}
        placeholder={field.nullable ? 'Not set' : 'Choose'}
        allowDeselect={field.nullable}
        data={choices.map(({ name }) => ({ value: name, label: labelOf(name) }))}
        value={chosen?.name ?? null}
        onChange={(name) => {
          const next = choices.find((choice) => choice.name === name);
          onChange(next === undefined ? undefined : { [next.name]: blankField(next) });
        }}
      />
      {chosen !== undefined && inputOf(chosen.type) !== null && (
        <PartFields
          type={chosen.type}
          path={`${path}.${chosen.name}`}
          value={isPart(part[chosen.name]) ? (part[chosen.name] as Part) : {}}
          around={around}
          onChange={(next) => onChange({ [chosen.name]: next })}
        />
      )}
    </Stack>
  );
}

/** Several parts, in order. */
function ListField({ field, path, value, around, onChange }: FieldProps): ReactElement {
  const { errors } = useRulesForm();
  const parts = Array.isArray(value) ? value.map((one) => (isPart(one) ? one : {})) : [];
  // Long lists begin closed, so that the whole can be seen.
  const [opened, setOpened] = useState<ReadonlySet<number>>(() => new Set(parts.length === 1 ? [0] : []));
  const toggle = (index: number): void => setOpened(new Set(opened.has(index) ? [...opened].filter((one) => one !== index) : [...opened, index]));
  const one = singular(field.name);
  const wrong = errors[path];
  const move = (from: number, to: number): void => {
    const next = [...parts];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange(next);
  };
  return (
    <Stack gap="sm" align="stretch">
      {wrong !== undefined && <Wrong>{wrong}</Wrong>}
      {parts.map((part, index) => {
        const title = `${one.charAt(0).toUpperCase()}${one.slice(1)} ${index + 1}`;
        const name = typeof part['name'] === 'string' && part['name'] !== '' ? part['name'] : title;
        return (
          // oxlint-disable-next-line react/no-array-index-key -- the parts of rules have no other key while they are typed
          <Paper key={index} withBorder p="sm" component="section" aria-label={name}>
            <Group justify="space-between" wrap="nowrap">
              <UnstyledButton className={classes['toggle'] ?? ''} aria-expanded={opened.has(index)} onClick={() => toggle(index)}>
                {opened.has(index) ? <IconChevronUp size={16} aria-hidden /> : <IconChevronDown size={16} aria-hidden />}
                <Text component="span" fw={600} size="sm">
                  {name}
                </Text>
                {Object.keys(errors).some((at) => at === `${path}.${index}` || at.startsWith(`${path}.${index}.`)) && (
                  <Badge color="red" variant="light" autoContrast>
                    Check
                  </Badge>
                )}
              </UnstyledButton>
              <ActionIcon.Group>
                <ActionIcon variant="default" aria-label={`Move ${name} up`} disabled={index === 0} onClick={() => move(index, index - 1)}>
                  <IconArrowUp size={14} />
                </ActionIcon>
                <ActionIcon
                  variant="default"
                  aria-label={`Move ${name} down`}
                  disabled={index === parts.length - 1}
                  onClick={() => move(index, index + 1)}
                >
                  <IconArrowDown size={14} />
                </ActionIcon>
                <ActionIcon
                  variant="default"
                  aria-label={`Remove ${name}`}
                  onClick={() => onChange(parts.length === 1 && field.nullable ? undefined : parts.toSpliced(index, 1))}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              </ActionIcon.Group>
            </Group>
            {opened.has(index) && (
              <Box mt="xs">
                <Item field={field} path={`${path}.${index}`} value={part} around={around} onChange={(next) => onChange(parts.with(index, next))} />
              </Box>
            )}
          </Paper>
        );
      })}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => {
            setOpened(new Set([...opened, parts.length]));
            onChange([...parts, blank(field.type)]);
          }}
        >
          Add {/^[aeiou]/.test(one) ? 'an' : 'a'} {one}
        </Button>
      </div>
    </Stack>
  );
}

function Item({
  field,
  path,
  value,
  around,
  onChange,
}: {
  field: FieldShape;
  path: string;
  value: Part;
  around: readonly Part[];
  onChange: (value: Part) => void;
}): ReactElement {
  const { errors } = useRulesForm();
  const wrong = errors[path];
  return (
    <Stack gap="sm">
      {wrong !== undefined && <Wrong>{wrong}</Wrong>}
      {inputOf(field.type)?.oneOf === true ? (
        <ChoiceFields
          field={{ ...field, list: false, nullable: false }}
          input={field.type}
          path={path}
          value={value}
          around={around}
          onChange={(next) => onChange(isPart(next) ? next : {})}
        />
      ) : (
        <PartFields type={field.type} path={path} value={value} around={around} onChange={onChange} />
      )}
    </Stack>
  );
}

function Wrong({ children }: { children: ReactNode }): ReactElement {
  return (
    <Text size="sm" c="error">
      {children}
    </Text>
  );
}

/** A part with a field changed; undefined takes the field away. */
function replaced(part: Part, name: string, next: unknown): Part {
  const { [name]: _, ...rest } = part;
  return next === undefined ? rest : { ...part, [name]: next };
}
