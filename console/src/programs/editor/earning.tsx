import { Button, Stack } from '@mantine/core';
import { IconPlus, IconTrophy } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import { Empty } from '../../parts/empty.js';
import { Panel } from '../../parts/panel.js';
import { useViewer } from '../../shell/viewer.js';
import { newRule } from '../new-values.js';
import { RuleCard } from './rule-card.js';
import type { RulesForm } from './rules-form.js';

/** The ways to earn, in order: multipliers multiply one after another. */
export function Earning({ form, scale }: { form: RulesForm; scale: number }): ReactElement {
  const { tenant } = useViewer();
  const { rules } = form.values;
  const [opened, setOpened] = useState<string | null>(rules.length === 1 ? (rules[0]?.key ?? null) : null);
  const add = (): void => {
    const rule = newRule(
      tenant.currency,
      rules.map(({ id }) => id),
    );
    form.insertListItem('rules', rule);
    setOpened(rule.key);
  };
  const button = (
    <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
      Add a way to earn
    </Button>
  );
  return (
    <Panel title="Ways to earn" about="Base rules add up, multipliers multiply in this order, bonuses come on top.">
      {rules.length === 0 ? (
        <Empty icon={IconTrophy} title="Nothing earns points yet" action={button}>
          Add the first way to earn, say one point for every unit of money spent.
        </Empty>
      ) : (
        <Stack gap="sm">
          {rules.map((rule, index) => (
            <RuleCard
              key={rule.key}
              form={form}
              index={index}
              scale={scale}
              opened={opened === rule.key}
              onToggle={() => setOpened(opened === rule.key ? null : rule.key)}
            />
          ))}
          <div>{button}</div>
        </Stack>
      )}
    </Panel>
  );
}
