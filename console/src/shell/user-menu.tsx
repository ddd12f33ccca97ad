import { ActionIcon, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { tellFailure } from '../graphql/change.js';
import { words } from '../parts/words.js';
import { signOut } from '../session/session.js';
import { useViewer } from './viewer.js';

/** Who is signed in, the colours of the console, and the way out. */
export function UserMenu(): ReactElement {
  const { actor, email, role } = useViewer();
  const leave = useSignOut();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" radius="xl" aria-label="Your account">
          <IconUserCircle size={26} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="bright">
            {actor.name ?? email}
          </Text>
          <Text size="xs">{email}</Text>
          <Text size="xs">{words(role)}</Text>
        </Menu.Label>
        <Menu.Divider />
        <Colours />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const schemes = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const;

function Colours(): ReactElement[] {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return schemes.map(({ value, label, icon: Picture }) => (
    <Menu.Item
      key={value}
      leftSection={<Picture size={16} aria-hidden />}
      onClick={() => setColorScheme(value)}
      {...(colorScheme === value ? { fw: 600 } : {})}
    >
      {label}
      {colorScheme === value && ' ✓'}
    </Menu.Item>
  ));
}

function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    try {
      await signOut();
    } catch (error) {
      tellFailure(error);
      return;
    }
    await navigate({ to: '/sign-in' });
    queries.clear();
  };
}
