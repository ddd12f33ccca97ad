import { Text } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import type { UnitWords } from '../format/formats.js';
import { usePages } from '../graphql/queries.js';
import { MemberLink } from '../members/member-link.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Panel } from '../parts/panel.js';
import { type Column, PlainRows } from '../parts/table.js';
import { useFormats } from '../shell/viewer.js';
import { type Exchange, ParticipationExchanges, type ParticipationFields } from './participation-query.js';
import { exchangeWords } from './shop-words.js';

/** What members converted; `shared` are the coalition's points, null once they are not shown any more. */
export function ExchangesPanel({ participation: { id, ownUnit, endedAt }, shared }: { participation: ParticipationFields; shared: UnitWords | null }): ReactElement {
  const { query, more } = usePages(ParticipationExchanges, { id, after: null }, ({ participation }) => participation?.exchanges);
  const columns = useColumns(shared);
  return (
    <Panel title="Converted" about="Points of yours that members turned into shared ones, or got for them, the latest first.">
      <Loaded query={query} lines={3}>
        {(found) =>
          found.length > 0 ? (
            <div>
              <PlainRows label="Converted" columns={columns} rows={found.map((exchange) => ({ ...exchange, id: exchange.entryId }))} />
              <More more={more} />
            </div>
          ) : (
            <Empty icon={IconArrowsExchange} title={endedAt === null ? 'Nothing was converted yet' : 'Nothing was converted'}>
              {endedAt !== null
                ? undefined
                : ownUnit === null
                  ? 'Your members convert nothing. Once you choose points of yours, what they convert stands here.'
                  : 'Once a member is linked with the coalition and converts points, it stands here.'}
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

function useColumns(shared: UnitWords | null): readonly Column<Exchange & { readonly id: string }>[] {
  const formats = useFormats();
  return [
    {
      title: 'What',
      cell: (exchange) => (
        <div>
          <Text size="sm" fw={500} {...(exchange.undoneAt === null ? {} : { td: 'line-through' })}>
            {exchangeWords(exchange, shared, formats)}
          </Text>
          {exchange.undoneAt !== null && (
            <Text size="xs" c="dimmed">
              undone {formats.instant(exchange.undoneAt)}
            </Text>
          )}
        </div>
      ),
    },
    { title: 'Member', cell: ({ memberId }) => <MemberLink id={memberId} /> },
    { title: 'When', cell: ({ convertedAt }) => formats.instant(convertedAt) },
  ];
}
