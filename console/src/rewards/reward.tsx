import { Badge, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { userErrors } from '../graphql/user-errors.js';
import { ConfirmButton } from '../parts/dialog.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Panel } from '../parts/panel.js';
import { Units } from '../parts/units.js';
import { NotFound } from '../shell/problems.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { RewardEditor } from './reward-form.js';
import { type Reward, RewardDetails } from './reward-query.js';
import { fromReward } from './reward-values.js';
import { aboutReward } from './reward-words.js';
import { VoucherPool } from './voucher-pool.js';

const RewardArchive = graphql(`
  mutation RewardArchive($input: RewardArchiveInput!) {
    rewardArchive(input: $input) {
      reward {
        id
      }
      ${userErrors}
    }
  }
`);

const route = getRouteApi('/signed-in/rewards/$rewardId');

/** One reward: its editor, and its codes. */
export function RewardPage(): ReactElement {
  const { rewardId } = route.useParams();
  const query = useQuery(asking(RewardDetails, { id: rewardId }));
  const reward = query.data?.reward;
  if (reward === null) {
    return <NotFound />;
  }
  if (reward === undefined) {
    return (
      <Page title="Reward" narrow>
        <Loaded query={query} lines={8}>
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return <Found key={rewardId} reward={reward} />;
}

function Found({ reward }: { reward: Reward }): ReactElement {
  const formats = useFormats();
  const { may, tenant } = useViewer();
  const units = useQuery(asking(Units, {}));
  const editable = may('WRITE_REWARDS') && reward.archivedAt === null;
  return (
    <Page
      title={reward.name}
      narrow
      badge={reward.archivedAt !== null && <Badge color="gray">Archived</Badge>}
      about={aboutReward(reward, formats)}
      actions={editable && <Archive reward={reward} />}
    >
      <Stack gap="lg">
        <VoucherPool reward={reward} editable={editable} />
        {editable ? (
          <Loaded query={units} lines={8}>
            {(found) => (
              <RewardEditor
                initialValues={fromReward(reward, tenant.currency, tenant.zone)}
                units={found.units}
                onSaved={() => tellDone('The reward was saved.')}
              />
            )}
          </Loaded>
        ) : (
          <Panel title="Description">
            <Text>{reward.description === '' ? '–' : reward.description}</Text>
          </Panel>
        )}
      </Stack>
    </Page>
  );
}

function Archive({ reward }: { reward: Reward }): ReactElement {
  const archive = useChange(RewardArchive, ({ rewardArchive }) => rewardArchive);
  return (
    <ConfirmButton
      label="Archive"
      title={`Archive ${reward.name}?`}
      color="red"
      button={{ variant: 'default' }}
      onConfirm={async () => {
        const done = tellRefusals(await archive.run({ input: { id: reward.id } }));
        if (done) {
          tellDone('The reward is archived.');
        }
        return done;
      }}
    >
      It is no longer offered. Codes that members have stay valid.
    </ConfirmButton>
  );
}
