import { Anchor, Code, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { Explanation } from '../parts/explanation.js';
import { words } from '../parts/words.js';
import { useFormats } from '../shell/viewer.js';
import classes from './members.module.css';
import type { Entry } from './timeline-query.js';

/** Whether an entry has more to tell than its line. */
export function hasDetails({ activity, redemption, adjustment }: Entry): boolean {
  return activity !== null || redemption !== null || adjustment !== null;
}

/** What explains an entry of the timeline. */
export function EntryDetails({ entry: { activity, redemption, adjustment } }: { entry: Entry }): ReactElement {
  return (
    <div className={classes['details']}>
      {activity !== null && <ActivityDetails activity={activity} />}
      {redemption !== null && <RedemptionDetails redemption={redemption} />}
      {adjustment !== null && (
        <Text size="sm">
          By {adjustment.actor.name ?? words(adjustment.actor.kind).toLowerCase()}: “{adjustment.reason}”
        </Text>
      )}
    </div>
  );
}

function ActivityDetails({ activity }: { activity: NonNullable<Entry['activity']> }): ReactElement {
  const { money, count } = useFormats();
  const { currency } = activity;
  const facts = [
    activity.orderId === null ? null : `Order ${activity.orderId}`,
    activity.channel === null ? null : `channel ${activity.channel}`,
    `from ${activity.source}`,
  ].filter((fact) => fact !== null);
  return (
    <>
      <Text size="sm" c="dimmed">
        {facts.join(' · ')}
      </Text>
      {activity.decision === null ? (
        <Undecided activity={activity} />
      ) : (
        <Explanation lines={activity.decision.explanation} />
      )}
      {currency !== null && activity.lines.length > 0 && (
        <Text size="sm" c="dimmed" component="ul" m={0} pl="md">
          {activity.lines.map((line) => (
            <li key={line.id}>
              {count(line.quantity)} × {line.sku ?? words(line.kind).toLowerCase()}:{' '}
              {money({ amount: line.amount, currency })}
              {line.discount !== 0 && `, less ${money({ amount: line.discount, currency })}`}
            </li>
          ))}
        </Text>
      )}
    </>
  );
}

/** Corrections are what waits for an order; anything else waits for a person. */
function Undecided({ activity: { kind, state } }: { activity: NonNullable<Entry['activity']> }): ReactElement {
  if (state === 'REFUSED') {
    return <Text size="sm">It was refused: nothing came of it.</Text>;
  }
  return ['refund', 'cancel', 'amend'].includes(kind) ? (
    <Text size="sm">It waits for the order that it corrects.</Text>
  ) : (
    <Text size="sm">
      It was more than one does at once, and waits for a person:{' '}
      <Anchor component={Link} to="/reviews" size="sm">
        Reviews
      </Anchor>
    </Text>
  );
}

function RedemptionDetails({ redemption }: { redemption: NonNullable<Entry['redemption']> }): ReactElement {
  return (
    <Text size="sm" component="div">
      {words(redemption.state)}
      {redemption.orderId !== null && ` · order ${redemption.orderId}`}
      {redemption.voucher !== null && (
        <>
          {' '}
          · code <Code>{redemption.voucher.code}</Code>
        </>
      )}{' '}
      ·{' '}
      <Anchor component={Link} to="/redemptions" size="sm">
        All redemptions
      </Anchor>
    </Text>
  );
}
