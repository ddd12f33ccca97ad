import { NavLink, Stack } from '@mantine/core';
import {
  type Icon,
  IconAdjustments,
  IconAffiliate,
  IconBuildingStore,
  IconCreditCard,
  IconEyeCheck,
  IconGift,
  IconGiftCard,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconReceipt,
  IconTicket,
  IconTrophy,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react';
import { type LinkProps, useLocation, useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactElement } from 'react';

import { useTakesPart } from '../coalitions/use-takes-part.js';
import { useCoalitions } from '../partners/use-coalitions.js';
import classes from './shell.module.css';
import { type Action, useViewer } from './viewer.js';

interface Place {
  readonly to: LinkProps['to'] & string;
  readonly label: string;
  readonly icon: Icon;
  readonly needs?: Action;
  /** Only for tenants that run a coalition. */
  readonly ofCoalitions?: true;
  /** Only for who can join one of another's, or sees what came of it. */
  readonly ofJoining?: true;
}

const places: readonly Place[] = [
  { to: '/', label: 'Overview', icon: IconLayoutDashboard },
  { to: '/members', label: 'Members', icon: IconUsers, needs: 'READ_MEMBERS' },
  { to: '/programs', label: 'Programs', icon: IconTrophy, needs: 'READ_PROGRAMS' },
  { to: '/rewards', label: 'Rewards', icon: IconGift, needs: 'READ_REWARDS' },
  { to: '/redemptions', label: 'Redemptions', icon: IconTicket, needs: 'READ_REDEMPTIONS' },
  { to: '/reviews', label: 'Reviews', icon: IconEyeCheck, needs: 'READ_LEDGER' },
  { to: '/payments', label: 'Payments', icon: IconCreditCard, needs: 'READ_PAYMENTS' },
  { to: '/gift-cards', label: 'Gift cards', icon: IconGiftCard, needs: 'READ_PAYMENTS' },
  { to: '/partners', label: 'Partners', icon: IconBuildingStore, needs: 'READ_PARTNERS', ofCoalitions: true },
  { to: '/settlements', label: 'Settlements', icon: IconReceipt, needs: 'READ_PARTNERS', ofCoalitions: true },
  { to: '/coalitions', label: 'Coalitions', icon: IconAffiliate, needs: 'READ_PARTNERS', ofJoining: true },
  { to: '/keys', label: 'Keys', icon: IconKey, needs: 'READ_KEYS' },
  { to: '/webhooks', label: 'Webhooks', icon: IconWebhook, needs: 'READ_SETTINGS' },
  { to: '/settings', label: 'Settings', icon: IconAdjustments, needs: 'READ_SETTINGS' },
  { to: '/audit-log', label: 'Audit log', icon: IconHistory, needs: 'READ_AUDIT_LOG' },
];

/** Links to the pages that the viewer's role lets them read. */
export function Navigation(): ReactElement {
  const { may } = useViewer();
  const coalitions = useCoalitions();
  const takesPart = useTakesPart();
  const { pathname } = useLocation();
  const router = useRouter();
  const follow = (to: Place['to']) => (event: MouseEvent) => {
    if (!event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      void router.navigate({ to });
    }
  };
  return (
    <Stack gap={4}>
      {places
        .filter(({ needs }) => needs === undefined || may(needs))
        .filter(({ ofCoalitions }) => ofCoalitions === undefined || (coalitions.data?.length ?? 0) > 0)
        .filter(({ ofJoining }) => ofJoining === undefined || takesPart)
        .map(({ to, label, icon: Picture }) => {
          const here = to === '/' ? pathname === '/' : pathname.startsWith(to);
          return (
            <NavLink
              key={to}
              href={router.buildLocation({ to }).href}
              onClick={follow(to)}
              label={label}
              leftSection={<Picture size={20} stroke={1.6} aria-hidden />}
              active={here}
              className={classes['place'] ?? ''}
              {...(here ? { 'aria-current': 'page' as const } : {})}
            />
          );
        })}
    </Stack>
  );
}
