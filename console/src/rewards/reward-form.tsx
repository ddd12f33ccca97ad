import { Button, Group, SimpleGrid, Stack } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import type { ReactElement } from 'react';

import { slugOf } from '../format/keys.js';
import { useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { OtherRefusals, accepted } from '../parts/form.js';
import { Panel } from '../parts/panel.js';
import type { UnitChoice } from '../parts/units.js';
import { useViewer } from '../shell/viewer.js';
import { Availability, Basics, Shops, Terms } from './reward-fields.js';
import { type RewardValues, rewardAliases, toRewardInput } from './reward-values.js';

export const RewardUpsert = graphql(`
  mutation RewardUpsert($input: RewardUpsertInput!) {
    rewardUpsert(input: $input) {
      reward {
        id
      }
      ${userErrors}
    }
  }
`);

export type RewardForm = UseFormReturnType<RewardValues>;

/** The editor of a reward. A new one gets its slug from its name; later it stays. */
export function RewardEditor({
  initialValues,
  units,
  onSaved,
}: {
  initialValues: RewardValues;
  units: readonly UnitChoice[];
  onSaved: (rewardId: string) => void;
}): ReactElement {
  const { tenant } = useViewer();
  const form = useForm<RewardValues>({ initialValues });
  const upsert = useChange(RewardUpsert, ({ rewardUpsert }) => rewardUpsert);
  const unit = units.find(({ slug }) => slug === form.values.unit);
  const isNew = initialValues.slug === '';
  const save = async (values: RewardValues): Promise<void> => {
    const slug = isNew ? slugOf(values.name) : values.slug;
    const { input, problems } = toRewardInput({ ...values, slug }, unit?.scale ?? 0, tenant.zone);
    if (input === null) {
      form.setErrors(problems);
      return;
    }
    const payload = await upsert.run({ input });
    if (accepted(form, payload, { ...rewardAliases(), slug: 'name' }) && payload?.reward) {
      onSaved(payload.reward.id);
    }
  };
  return (
    <form noValidate onSubmit={form.onSubmit((values) => void save(values))}>
      <Stack gap="lg">
        <OtherRefusals errors={form.errors} />
        <Panel title="What members see">
          <Basics form={form} units={units} scale={unit?.scale ?? 0} />
        </Panel>
        <Panel title="What it gives">
          <Terms form={form} />
        </Panel>
        <Panel title="Who can have it, where and when">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Availability form={form} zone={tenant.zone} />
            <Shops form={form} />
          </SimpleGrid>
        </Panel>
        <Group justify="flex-end">
          <Button type="submit" loading={upsert.pending}>
            {isNew ? 'Add reward' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
