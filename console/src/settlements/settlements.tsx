import { Select } from '@mantine/core';
import { IconReceipt } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import { useCoalitions } from '../partners/use-coalitions.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { NettingPanel } from './netting.js';
import { SettlementsPanel } from './settlement-rows.js';

/** The settlements of a coalition: drafts to approve, what is to be paid, and how it all nets. */
export function Settlements(): ReactElement {
  const query = useCoalitions();
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Page title="Settlements" about="What partners and you owe each other, period by period.">
      <Loaded query={query} lines={6}>
        {(coalitions) => {
          const id = chosen ?? coalitions[0]?.id;
          return id === undefined ? (
            <Empty icon={IconReceipt} title="No coalition yet">
              Partners of a coalition are settled with; there is none.
            </Empty>
          ) : (
            <>
              {coalitions.length > 1 && (
                <Select
                  maw={360}
                  label="Coalition"
                  data={coalitions.map(({ id: value, name: label }) => ({ value, label }))}
                  allowDeselect={false}
                  value={id}
                  onChange={setChosen}
                />
              )}
              <SettlementsPanel key={id} of={{ programId: id }} about="The latest first; a draft is to be approved, then paid." withPartner />
              <NettingPanel key={`${id} netting`} programId={id} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
