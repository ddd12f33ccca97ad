import { Badge, Text } from '@mantine/core';
import { IconReceipt } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import type { UnitWords } from '../format/formats.js';
import { usePages } from '../graphql/queries.js';
import { DialogButton } from '../parts/dialog.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Panel } from '../parts/panel.js';
import { type Column, PlainRows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { SettlementLines, Statements } from '../settlements/settlement-lines.js';
import { settlementColors } from '../settlements/settlement-rows.js';
import { useFormats } from '../shell/viewer.js';
import { ParticipationSettlements, type ShopSettlement } from './participation-query.js';
import { shopDueWords, shopKinds } from './shop-words.js';

/** The coalition's settlements with the shop, the latest first. */
export function ShopSettlements({ participationId, points }: { participationId: string; points: UnitWords }): ReactElement {
  const { query, more } = usePages(ParticipationSettlements, { id: participationId, after: null }, ({ participation }) => participation?.settlements);
  const columns = useColumns(points);
  return (
    <Panel title="Settlements" about="The operator approves a draft; from then on its statement is final, and it is to be paid.">
      <Loaded query={query} lines={3}>
        {(rows) =>
          rows.length > 0 ? (
            <div>
              <PlainRows label="Settlements" columns={columns} rows={rows} />
              <More more={more} />
            </div>
          ) : (
            <Empty icon={IconReceipt} title="Nothing was settled yet">
              Ten minutes after a period of your terms is over, its settlement stands here, with a statement to download.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

function useColumns(points: UnitWords): readonly Column<ShopSettlement>[] {
  const formats = useFormats();
  return [
    {
      title: 'Period',
      cell: ({ number, period, firstDay, lastDay }) => (
        <div style={{ whiteSpace: 'nowrap' }}>
          <Text size="sm" fw={500}>
            {period}
          </Text>
          <Text size="xs" c="dimmed">
            No. {number}, {formats.shortDay(firstDay)} – {formats.shortDay(lastDay)}
          </Text>
        </div>
      ),
    },
    {
      title: 'Due',
      number: true,
      cell: (settlement) => (
        <Text size="sm" fw={500}>
          {shopDueWords(settlement, formats)}
        </Text>
      ),
    },
    { title: 'State', cell: (settlement) => <State settlement={settlement} /> },
    { title: 'Statement', cell: (settlement) => <Statements settlement={settlement} /> },
    { title: 'Actions', cell: (settlement) => <Lines settlement={settlement} points={points} /> },
  ];
}

function State({ settlement: { state, draftedAt, approvedAt, paidAt, paymentReference } }: { settlement: ShopSettlement }): ReactElement {
  const { dayOf } = useFormats();
  const at = { DRAFT: draftedAt, APPROVED: approvedAt, PAID: paidAt }[state];
  return (
    <div>
      <Badge variant="light" color={settlementColors[state]} autoContrast>
        {words(state)}
      </Badge>
      {[at === null ? null : dayOf(at), paymentReference].map((told) => (
        <Text key={told} size="xs" c="dimmed">
          {told}
        </Text>
      ))}
    </div>
  );
}

function Lines({ settlement, points }: { settlement: ShopSettlement; points: UnitWords }): ReactElement {
  const formats = useFormats();
  const { number, firstDay, lastDay } = settlement;
  return (
    <DialogButton
      label="Lines"
      name={`Lines of settlement ${number}`}
      title={`Settlement ${number}`}
      size="xl"
      button={{ size: 'compact-sm', variant: 'default' }}
    >
      {() => (
        <SettlementLines settlement={settlement} unit={points} due={shopDueWords(settlement, formats)} kinds={shopKinds}>
          {formats.day(firstDay)} to {formats.day(lastDay)}, from your side: below zero is what you owe.
        </SettlementLines>
      )}
    </DialogButton>
  );
}
