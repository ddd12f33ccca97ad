import type { ReactElement } from 'react';

import classes from './partners.module.css';

/** What terms say, one thing a line, with its name. */
export function TermsLines({ lines }: { lines: readonly (readonly [string, string])[] }): ReactElement {
  return (
    <dl className={classes['terms']}>
      {lines.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
