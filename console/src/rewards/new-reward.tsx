import { IconTrophy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { tellDone } from '../graphql/change.js';
import { asking } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Units } from '../parts/units.js';
import { useViewer } from '../shell/viewer.js';
import { RewardEditor } from './reward-form.js';
import { newReward } from './reward-values.js';

/** Where a reward is made. */
export function NewReward(): ReactElement {
  const { tenant } = useViewer();
  const navigate = useNavigate();
  const query = useQuery(asking(Units, {}));
  return (
    <Page title="Add reward" narrow>
      <Loaded query={query} lines={8}>
        {({ units }) => {
          const [first] = units;
          return first === undefined ? (
            <Empty icon={IconTrophy} title="There are no points yet">
              Make a program first: a reward is paid in the points that it issues.
            </Empty>
          ) : (
            <RewardEditor
              initialValues={newReward(first.slug, tenant.currency)}
              units={units}
              onSaved={(rewardId) => {
                tellDone('The reward was added.');
                void navigate({ to: '/rewards/$rewardId', params: { rewardId } });
              }}
            />
          );
        }}
      </Loaded>
    </Page>
  );
}
