import { Collapse, Text, ThemeIcon, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  type Icon,
  IconActivity,
  IconArrowsExchange,
  IconArrowsLeftRight,
  IconChevronDown,
  IconChevronUp,
  IconClockCheck,
  IconConfetti,
  IconDice3,
  IconGift,
  IconHeart,
  IconHistory,
  IconHourglassEmpty,
  IconPencil,
  IconUserPlus,
  IconWallet,
} from '@tabler/icons-react';
import { Fragment, type ReactElement, useId } from 'react';

import { usePages } from '../graphql/queries.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Panel } from '../parts/panel.js';
import { useFormats } from '../shell/viewer.js';
import { EntryDetails, hasDetails } from './entry-details.js';
import { MemberLink } from './member-link.js';
import classes from './members.module.css';
import { type Entry, MemberTimeline } from './timeline-query.js';

/** What happened to a member, the latest first; each entry opens to tell why. */
export function Timeline({ memberId }: { memberId: string }): ReactElement {
  const { query, more } = usePages(MemberTimeline, { id: memberId, after: null }, ({ member }) => member?.timeline);
  return (
    <Panel title="Timeline">
      <Loaded query={query} lines={8}>
        {(entries) =>
          entries.length > 0 ? (
            <>
              <ol className={classes['entries']}>
                {entries.map((entry) => (
                  <TimelineEntry key={entry.id} entry={entry} />
                ))}
              </ol>
              <More more={more} />
            </>
          ) : (
            <Empty icon={IconHistory} title="Nothing yet">
              Purchases, redemptions and adjustments of this member will stand here, with the reason for every point.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

/** One entry; the button opens what explains it. */
export function TimelineEntry({ entry }: { entry: Entry }): ReactElement {
  const [opened, { toggle }] = useDisclosure(false);
  const id = useId();
  if (!hasDetails(entry)) {
    return (
      <li className={classes['entry']}>
        <div className={classes['row']}>
          <Line entry={entry} />
        </div>
      </li>
    );
  }
  return (
    <li className={classes['entry']}>
      <UnstyledButton className={classes['row'] ?? ''} aria-expanded={opened} aria-controls={id} onClick={toggle}>
        <Line entry={entry} />
        {opened ? <IconChevronUp size={18} aria-hidden /> : <IconChevronDown size={18} aria-hidden />}
      </UnstyledButton>
      <Collapse expanded={opened} id={id}>
        <EntryDetails entry={entry} />
      </Collapse>
    </li>
  );
}

/** A text in which ids of members are links with their names. */
function WithMembers({ text }: { text: string }): ReactElement {
  const pieces = text.split(/(?:member:)?(mem_[0-9a-z]{26})/);
  return (
    <>
      {pieces.map((piece, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the pieces of a text never change
        <Fragment key={index}>{index % 2 === 1 ? <MemberLink id={piece} inherit /> : piece}</Fragment>
      ))}
    </>
  );
}

const pictures: Record<Entry['kind'], { icon: Icon; color: string }> = {
  ACTIVITY: { icon: IconActivity, color: 'lagoon' },
  REDEMPTION: { icon: IconGift, color: 'orange' },
  ADJUSTMENT: { icon: IconPencil, color: 'grape' },
  MATURITY: { icon: IconClockCheck, color: 'teal' },
  EXPIRY: { icon: IconHourglassEmpty, color: 'gray' },
  STORED_VALUE: { icon: IconWallet, color: 'green' },
  DONATION: { icon: IconHeart, color: 'pink' },
  REFERRAL: { icon: IconUserPlus, color: 'blue' },
  TRANSFER: { icon: IconArrowsExchange, color: 'blue' },
  GAME: { icon: IconDice3, color: 'grape' },
  GIFT: { icon: IconConfetti, color: 'orange' },
  CONVERSION: { icon: IconArrowsLeftRight, color: 'blue' },
};

function Line({ entry }: { entry: Entry }): ReactElement {
  const formats = useFormats();
  const { icon: Picture, color } = pictures[entry.kind];
  return (
    <>
      <ThemeIcon variant="light" color={color} radius="xl" size={32} aria-hidden>
        <Picture size={18} />
      </ThemeIcon>
      <span className={classes['what']}>
        <Text component="span" display="block">
          {hasDetails(entry) ? formats.prose(entry.text) : <WithMembers text={formats.prose(entry.text)} />}
        </Text>
        <Text component="time" dateTime={entry.at} size="sm" c="dimmed" display="block">
          {formats.instant(entry.at)}
        </Text>
      </span>
      <span className={classes['changes']}>
        {entry.changes.map(({ unit, available, pending }) => (
          <span key={unit.id}>
            {available !== 0 && (
              <span className={`${classes[available > 0 ? 'gained' : 'lost']}`}>{formats.change(available, unit)}</span>
            )}
            {pending !== 0 && (
              <Text component="span" display="block" size="sm" c="dimmed">
                {formats.change(pending, unit)} pending
              </Text>
            )}
          </span>
        ))}
      </span>
    </>
  );
}
