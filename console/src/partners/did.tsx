import { Badge, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import type { TadaDocumentNode } from '../graphql/graphql.js';
import { type Connection, usePages } from '../graphql/queries.js';
import { MemberLink } from '../members/member-link.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Panel } from '../parts/panel.js';
import { type Column, PlainRows } from '../parts/table.js';
import { words } from '../parts/words.js';
import { useRedemptionColumns } from '../redemptions/redemption-rows.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { DidActivities, type DidActivity, type DidConversion, DidConversions, type DidPerk, DidPerks, DidRedemptions, type Wanted } from './did-query.js';
import type { PartnerFields } from './partner-query.js';
import classes from './partners.module.css';

const lists = [
  { value: 'ACTIVITIES', label: 'Activities' },
  { value: 'REDEMPTIONS', label: 'Redemptions' },
  { value: 'CONVERSIONS', label: 'Conversions' },
  { value: 'PERKS', label: 'Perks' },
] as const;

type Which = (typeof lists)[number]['value'];

/** What members did at a partner, list by list, of some days or all. */
export function DidPanel({ partner: { id, unit } }: { partner: PartnerFields }): ReactElement {
  const { may } = useViewer();
  const [which, setWhich] = useState<Which>('ACTIVITIES');
  const [firstDay, setFirst] = useState('');
  const [lastDay, setLast] = useState('');
  const days = firstDay === '' && lastDay === '' ? null : { firstDay: firstDay || null, lastDay: lastDay || null };
  const wanted: Wanted = { partnerId: id, period: days === null ? null : { days }, after: null };
  return (
    <Panel title="What it did" about="What members bought, spent, converted and used there, as it told it: the latest first.">
      <Stack gap="sm">
        <div className={classes['scroll']}>
          <SegmentedControl
            aria-label="List"
            size="xs"
            value={which}
            onChange={setWhich}
            data={lists.filter(({ value }) => value !== 'REDEMPTIONS' || may('READ_REDEMPTIONS'))}
          />
        </div>
        <Group gap="sm" align="flex-end">
          <TextInput flex="1 1 120px" maw={200} size="xs" type="date" label="From" value={firstDay} onChange={({ currentTarget }) => setFirst(currentTarget.value)} />
          <TextInput flex="1 1 120px" maw={200} size="xs" type="date" label="To" value={lastDay} onChange={({ currentTarget }) => setLast(currentTarget.value)} />
        </Group>
        {which === 'ACTIVITIES' && <Activities wanted={wanted} unit={unit} />}
        {which === 'REDEMPTIONS' && <Redemptions wanted={wanted} />}
        {which === 'CONVERSIONS' && <Conversions wanted={wanted} unit={unit} />}
        {which === 'PERKS' && <Perks wanted={wanted} />}
      </Stack>
    </Panel>
  );
}

type Unit = PartnerFields['unit'];

const activityStates: Readonly<Record<DidActivity['state'], { label: string; color: string }>> = {
  DECIDED: { label: 'Decided', color: 'teal' },
  PARKED: { label: 'Waits', color: 'yellow' },
  REFUSED: { label: 'Refused', color: 'gray' },
};

function Activities({ wanted, unit }: { wanted: Wanted; unit: Unit }): ReactElement {
  const columns = useActivityColumns(unit);
  return (
    <Pages label="Activities" document={DidActivities} wanted={wanted} pick={(found) => found.partnerActivities} columns={columns} none="It told of nothing yet">
      Once it tells of a purchase, a visit or a refund of a linked member, it stands here.
    </Pages>
  );
}

function useActivityColumns(unit: Unit): readonly Column<DidActivity>[] {
  const formats = useFormats();
  return [
    { title: 'What', cell: ({ kind }) => <What>{words(kind.replace('custom:', ''))}</What> },
    { title: 'Points', number: true, cell: ({ points }) => formats.change(points, unit) },
    { title: 'State', cell: ({ state }) => <State {...activityStates[state]} /> },
    { title: 'Order', cell: ({ orderId }) => orderId },
    { title: 'When', cell: ({ recordedAt }) => formats.instant(recordedAt) },
    memberColumn,
  ];
}

function Redemptions({ wanted }: { wanted: Wanted }): ReactElement {
  const columns = useRedemptionColumns({ withPartner: false });
  return (
    <Pages label="Redemptions" document={DidRedemptions} wanted={wanted} pick={(found) => found.partnerRedemptions} columns={columns} none="No points were spent there yet">
      Once members pay with points there, or get a reward, it stands here.
    </Pages>
  );
}

function Conversions({ wanted, unit }: { wanted: Wanted; unit: Unit }): ReactElement {
  const columns = useConversionColumns(unit);
  return (
    <Pages label="Conversions" document={DidConversions} wanted={wanted} pick={(found) => found.partnerConversions} columns={columns} none="Nothing was converted yet">
      Once members turn its own points into shared ones, or back, it stands here.
    </Pages>
  );
}

function useConversionColumns(unit: Unit): readonly Column<DidConversion>[] {
  const formats = useFormats();
  return [
    {
      title: 'What',
      cell: ({ direction, ownPoints, points }) => (
        <What>
          {direction === 'IN'
            ? `${formats.count(ownPoints)} of its own became ${formats.named(points, unit)}`
            : `${formats.named(points, unit)} became ${formats.count(ownPoints)} of its own`}
        </What>
      ),
    },
    { title: 'State', cell: ({ undoneAt }) => <Ended at={undoneAt} before="Made" after="Undone" /> },
    { title: 'When', cell: ({ convertedAt }) => formats.instant(convertedAt) },
    memberColumn,
  ];
}

function Perks({ wanted }: { wanted: Wanted }): ReactElement {
  const columns = usePerkColumns();
  return (
    <Pages label="Perks" document={DidPerks} wanted={wanted} pick={(found) => found.partnerOfferUses} columns={columns} none="No perk was used there yet">
      Once members use what the coalition offers there, it stands here.
    </Pages>
  );
}

function usePerkColumns(): readonly Column<DidPerk>[] {
  const formats = useFormats();
  return [
    { title: 'What', cell: ({ offer }) => <What>{offer}</What> },
    { title: 'State', cell: ({ givenBackAt }) => <Ended at={givenBackAt} before="Used" after="Given back" /> },
    { title: 'Order', cell: ({ orderId }) => orderId },
    { title: 'When', cell: ({ usedAt }) => formats.instant(usedAt) },
    memberColumn,
  ];
}

const memberColumn = { title: 'Member', cell: ({ memberId }: { memberId: string }) => <MemberLink id={memberId} /> };

function What({ children }: { children: string }): ReactElement {
  return (
    <Text size="sm" fw={500}>
      {children}
    </Text>
  );
}

function State({ label, color }: { label: string; color: string }): ReactElement {
  return (
    <Badge variant="light" color={color} autoContrast>
      {label}
    </Badge>
  );
}

/** What counts until it ended: at an instant, or (null) not yet. */
function Ended({ at, before, after }: { at: string | null; before: string; after: string }): ReactElement {
  const { instant } = useFormats();
  return at === null ? (
    <State label={before} color="teal" />
  ) : (
    <div>
      <State label={after} color="gray" />
      <Text size="xs" c="dimmed">
        {instant(at)}
      </Text>
    </div>
  );
}

function Pages<R, N extends { readonly id: string }>({
  label,
  document,
  wanted,
  pick,
  columns,
  none,
  children,
}: {
  label: string;
  document: TadaDocumentNode<R, Wanted>;
  wanted: Wanted;
  pick: (result: R) => Connection<N>;
  columns: readonly Column<N>[];
  none: string;
  children: string;
}): ReactElement {
  const { query, more } = usePages(document, wanted, pick);
  const ofAllDays = wanted.period === null;
  return (
    <Loaded query={query} lines={3}>
      {(rows) =>
        rows.length > 0 ? (
          <div>
            <PlainRows label={label} columns={columns} rows={rows} />
            <More more={more} />
          </div>
        ) : (
          <Empty icon={IconListDetails} title={ofAllDays ? none : 'Nothing on these days'}>
            {ofAllDays ? children : undefined}
          </Empty>
        )
      }
    </Loaded>
  );
}
