import { ActionIcon, Badge, Collapse, Group, Paper, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconChevronDown, IconChevronUp, IconTrash } from '@tabler/icons-react';
import { type ReactElement, useId } from 'react';

import classes from './editor.module.css';
import { RuleFields } from './rule-fields.js';
import { type RulesForm, earnWords } from './rules-form.js';

/** One way to earn: a line that opens to its fields, and buttons that move and remove it. */
export function RuleCard({
  form,
  index,
  scale,
  opened,
  onToggle,
}: {
  form: RulesForm;
  index: number;
  scale: number;
  opened: boolean;
  onToggle: () => void;
}): ReactElement | null {
  const id = useId();
  const rule = form.values.rules[index];
  if (rule === undefined) {
    return null;
  }
  const wrong = Object.keys(form.errors).some((path) => path.startsWith(`rules.${index}.`));
  return (
    <Paper withBorder className={classes['rule'] ?? ''} data-wrong={wrong || undefined}>
      <Group wrap="nowrap" gap="xs" p="xs">
        <UnstyledButton
          className={classes['toggle'] ?? ''}
          aria-expanded={opened}
          aria-controls={id}
          onClick={onToggle}
        >
          {opened ? <IconChevronUp size={18} aria-hidden /> : <IconChevronDown size={18} aria-hidden />}
          <span>
            <Text component="span" fw={600} display="block">
              {rule.name.trim() === '' ? 'New rule' : rule.name}
            </Text>
            <Text component="span" size="sm" c="dimmed">
              {earnWords[rule.kind]}
            </Text>
          </span>
          {wrong && (
            <Badge color="red" variant="light" autoContrast>
              Check
            </Badge>
          )}
        </UnstyledButton>
        <RuleButtons form={form} index={index} name={rule.name} />
      </Group>
      <Collapse expanded={opened} id={id}>
        {opened && <RuleFields form={form} index={index} rule={rule} scale={scale} />}
      </Collapse>
    </Paper>
  );
}

function RuleButtons({ form, index, name }: { form: RulesForm; index: number; name: string }): ReactElement {
  const last = form.values.rules.length - 1;
  const move = (to: number): void => form.reorderListItem('rules', { from: index, to });
  return (
    <ActionIcon.Group>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={`Move ${name} up`}
        disabled={index === 0}
        onClick={() => move(index - 1)}
      >
        <IconArrowUp size={16} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={`Move ${name} down`}
        disabled={index === last}
        onClick={() => move(index + 1)}
      >
        <IconArrowDown size={16} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={`Remove ${name}`}
        onClick={() => form.removeListItem('rules', index)}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </ActionIcon.Group>
  );
}
