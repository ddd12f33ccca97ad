import { Anchor, Group, List, Progress, Stack, Text, ThemeIcon, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { Panel } from '../parts/panel.js';
import type { Figures } from './overview-query.js';

interface Step {
  readonly done: boolean;
  readonly to: '/programs' | '/rewards' | '/members' | '/keys';
  readonly label: string;
  readonly about: string;
}

/** What a new tenant does first; gone once all of it is done. */
export function FirstSteps({ figures }: { figures: Figures }): ReactElement | null {
  const steps = stepsOf(figures);
  const done = steps.filter((step) => step.done).length;
  if (done === steps.length) {
    return null;
  }
  return (
    <Panel title="First steps" about={`${done} of ${steps.length} done`}>
      <Stack>
        <Progress value={(100 * done) / steps.length} aria-label="First steps done" />
        <List spacing="md" center listStyleType="none">
          {steps.map((step) => (
            <List.Item key={step.label} icon={<StepIcon done={step.done} />}>
              <Group gap="xs">
                {step.done ? (
                  <Text td="line-through" c="dimmed">
                    {step.label}
                  </Text>
                ) : (
                  <Anchor component={Link} to={step.to}>
                    {step.label}
                  </Anchor>
                )}
                <Text size="sm" c="dimmed">
                  {step.about}
                </Text>
              </Group>
            </List.Item>
          ))}
        </List>
      </Stack>
    </Panel>
  );
}

function stepsOf({ overview, programs, rewards }: Figures): readonly Step[] {
  return [
    {
      done: programs.nodes.length > 0,
      to: '/programs',
      label: 'Make a program',
      about: 'Say what earns points, and how long they last.',
    },
    {
      done: programs.nodes.some(({ state }) => state !== 'DRAFT'),
      to: '/programs',
      label: 'Publish it',
      about: 'From then on purchases earn.',
    },
    {
      done: rewards.nodes.length > 0,
      to: '/rewards',
      label: 'Add a reward',
      about: 'Something that points buy.',
    },
    {
      done: overview.members > 0,
      to: '/members',
      label: 'Add a member',
      about: 'By hand, or from your shop.',
    },
    {
      done: overview.activities > 0,
      to: '/keys',
      label: 'Record a purchase',
      about: 'Your shop sends it with a secret key.',
    },
  ];
}

function StepIcon({ done }: { done: boolean }): ReactElement {
  return (
    <ThemeIcon size={24} radius="xl" variant={done ? 'filled' : 'default'}>
      {done ? <IconCheck size={16} aria-hidden /> : <IconCircle size={16} aria-hidden />}
      <VisuallyHidden>{done ? 'Done:' : 'To do:'}</VisuallyHidden>
    </ThemeIcon>
  );
}
