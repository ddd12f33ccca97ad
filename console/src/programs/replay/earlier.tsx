import { Button } from '@mantine/core';
import type { ReactElement } from 'react';

import { Panel } from '../../parts/panel.js';
import { type Column, PlainRows } from '../../parts/table.js';
import { words } from '../../parts/words.js';
import { useFormats } from '../../shell/viewer.js';
import type { Replay } from './replay-query.js';
import { windowWords } from './window-words.js';

/** The latest replays of a program, to look at again. */
export function EarlierReplays({
  replays,
  chosen,
  onChoose,
}: {
  replays: readonly Replay[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}): ReactElement {
  const columns = useColumns(chosen, onChoose);
  return (
    <Panel title="Latest replays" about="They are kept for 60 days.">
      <PlainRows
        label="Latest replays"
        rows={replays}
        columns={columns}
      />
    </Panel>
  );
}

function useColumns(chosen: string | undefined, onChoose: (id: string) => void): readonly Column<Replay>[] {
  const formats = useFormats();
  return [
    { title: 'What', cell: (replay) => windowWords(replay, formats) },
    {
      title: 'Asked for',
      cell: ({ askedAt, askedBy }) => `${formats.instant(askedAt)} by ${askedBy.name ?? words(askedBy.kind).toLowerCase()}`,
    },
    { title: 'State', cell: ({ state }) => words(state) },
    {
      title: 'Result',
      cell: (replay) =>
        replay.id === chosen ? (
          'shown above'
        ) : (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`Show ${windowWords(replay, formats)}, asked for ${formats.instant(replay.askedAt)}`}
            onClick={() => onChoose(replay.id)}
          >
            Show
          </Button>
        ),
    },
  ];
}
