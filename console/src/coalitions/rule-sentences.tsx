import { Text } from '@mantine/core';
import type { ReactElement } from 'react';

import classes from './coalitions.module.css';

/** A coalition's rules as far as they are about the shop, one sentence each. */
export function RuleSentences({ rules }: { rules: readonly string[] }): ReactElement {
  return rules.length === 0 ? (
    <Text size="sm" c="dimmed">
      The coalition is not live now, so no rules hold.
    </Text>
  ) : (
    <ul className={classes['rules']}>
      {rules.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}
