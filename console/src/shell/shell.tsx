import { AppShell, Burger, Group, Image, Text, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import logo from '../assets/guerdon.svg';
import { Navigation } from './navigation.js';
import classes from './shell.module.css';
import { TenantSwitch } from './tenant-switch.js';
import { UserMenu } from './user-menu.js';
import { useViewer } from './viewer.js';

/** What surrounds every page of somebody signed in: navigation, tenant, user menu. */
export function Shell(): ReactElement {
  const [opened, { toggle, close }] = useDisclosure(false);
  const { tenant } = useViewer();
  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <a href="#content" className={classes['skip'] ?? ''}>
        Skip to the page
      </a>
      <AppShell.Header className={tenant.isSandbox ? (classes['sandbox'] ?? '') : ''}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="sm">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? 'Close navigation' : 'Open navigation'}
              aria-expanded={opened}
            />
            <Link to="/" className={classes['home'] ?? ''}>
              <Image src={logo} alt="" w={28} h={28} />
              <Text fw={700} size="lg" c="bright" visibleFrom="sm">
                Guerdon
              </Text>
              <VisuallyHidden hiddenFrom="sm">Overview</VisuallyHidden>
            </Link>
            <TenantSwitch />
          </Group>
          <UserMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Main" onClick={close}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes['main'] ?? ''}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
