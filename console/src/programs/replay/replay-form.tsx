import { Button, Group, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';

import { endOfDay, instantOf } from '../../format/instants.js';
import { useChange } from '../../graphql/change.js';
import { OtherRefusals, accepted } from '../../parts/form.js';
import { Panel } from '../../parts/panel.js';
import { useFormats, useViewer } from '../../shell/viewer.js';
import { ProgramReplay } from './replay-query.js';
import { type ReplayDays, daysBack } from './days.js';

/** For how many days back one may choose at once. */
const SPANS = [
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: 'A year' },
];
const DAYS_DEFAULT = 90;

/** The time over which the draft is replayed, and the button that begins it. */
export function ReplayForm({
  programId,
  draft,
  onAsked,
}: {
  programId: string;
  draft: { readonly id: string; readonly number: number };
  onAsked: (replay: string) => void;
}): ReactElement {
  const { tenant } = useViewer();
  const { isoDay } = useFormats();
  const today = isoDay(tenant.now);
  const form = useForm<ReplayDays>({
    initialValues: daysBack(today, DAYS_DEFAULT),
    validate: {
      firstDay: (day, { lastDay }) => (day === '' ? 'Choose a day.' : day > lastDay ? 'It comes after the last day.' : null),
      lastDay: (day) => (day === '' ? 'Choose a day.' : day > today ? 'That has yet to happen.' : null),
    },
  });
  const replay = useChange(ProgramReplay, ({ programReplay }) => programReplay);
  const send = async ({ firstDay, lastDay }: ReplayDays): Promise<void> => {
    const payload = await replay.run({
      input: {
        id: programId,
        versionId: draft.id,
        since: instantOf(`${firstDay}T00:00`, tenant.zone),
        // Today is not over: what has happened by now.
        until: lastDay === today ? null : endOfDay(lastDay, tenant.zone),
      },
    });
    if (accepted(form, payload, { since: 'firstDay', until: 'lastDay' }) && payload?.replay) {
      onAsked(payload.replay.id);
    }
  };
  return (
    <Panel
      title={`Draft: version ${draft.number}`}
      about="All that members did in this time is played by the rules that were live then, and by the draft. Nothing of it counts."
    >
      <form noValidate onSubmit={form.onSubmit((values) => void send(values))}>
        <Stack>
          <OtherRefusals errors={form.errors} />
          <SimpleGrid cols={{ base: 1, xs: 2 }} maw={480}>
            <TextInput type="date" label="First day" max={today} {...form.getInputProps('firstDay')} />
            <TextInput type="date" label="Last day" max={today} {...form.getInputProps('lastDay')} />
          </SimpleGrid>
          <Group gap="xs">
            {SPANS.map(({ days, label }) => (
              <Button key={days} variant="default" size="xs" onClick={() => form.setValues(daysBack(today, days))}>
                {label}
              </Button>
            ))}
          </Group>
          <Group>
            <Button type="submit" loading={replay.pending}>
              Replay the draft
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
