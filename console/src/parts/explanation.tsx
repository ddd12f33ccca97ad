import { Text } from '@mantine/core';
import type { ReactElement } from 'react';

import { type ResultOf, graphql } from '../graphql/graphql.js';
import { useFormats } from '../shell/viewer.js';
import classes from './explanation.module.css';

export const ExplanationFields = graphql(`
  fragment ExplanationFields on ExplanationLine {
    code
    text
    before
    after
  }
`);

/** Why points were given or taken, step by step, with the running total before and after each. */
export function Explanation({ lines }: { lines: readonly ResultOf<typeof ExplanationFields>[] }): ReactElement {
  const { prose } = useFormats();
  if (lines.length === 0) {
    return (
      <Text size="sm" c="dimmed" pb="sm">
        No program had anything to say about it.
      </Text>
    );
  }
  return (
    <ol className={classes['steps']} aria-label="Explanation">
      {lines.map(({ code, text, before, after }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the steps of a decision never change
        <li key={index} className={classes['step']} data-code={code}>
          <span className={classes['text']}>{prose(text)}</span>
          {before !== after && (
            <span className={classes['totals']}>
              {number(before)} <span aria-label="becomes">→</span> <strong>{number(after)}</strong>
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

/** A total to a thousandth without needless zeros: "12.500" is "12.5". */
function number(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}
