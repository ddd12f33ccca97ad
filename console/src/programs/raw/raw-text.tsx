import { Textarea } from '@mantine/core';
import type { ReactElement } from 'react';

import { Panel } from '../../parts/panel.js';
import { words } from '../../parts/words.js';
import classes from './raw.module.css';

/** Rules as the text that the API takes. */
export function RawText({
  kind,
  text,
  problem,
  onChange,
}: {
  kind: string;
  text: string;
  problem: string | null;
  onChange: (text: string) => void;
}): ReactElement {
  return (
    <Panel title="Rules" about={`The rules of a ${words(kind).toLowerCase()} program as the API takes them.`}>
      <Textarea
        label="Rules as JSON"
        autosize
        minRows={16}
        maxRows={40}
        spellCheck={false}
        classNames={{ input: classes['text'] ?? '' }}
        value={text}
        error={problem}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </Panel>
  );
}
