import { Badge, Box, Button, Menu, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { tellFailure } from '../graphql/change.js';
import { switchTenant } from '../session/session.js';
import classes from './shell.module.css';
import { useViewer, viewerQuery } from './viewer.js';

/** The tenant that is worked for, whether it is a sandbox, and the others that one may switch to. */
export function TenantSwitch(): ReactElement {
  const { tenant, tenants } = useViewer();
  const change = useTenantSwitch();
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          px="xs"
          className={classes['tenant'] ?? ''}
          rightSection={<IconChevronDown size={16} aria-hidden />}
          aria-label={`${tenant.name}, ${mode(tenant.isSandbox)}: switch`}
        >
          <Text component="span" fw={600} size="sm" c="bright" className={classes['tenant-name'] ?? ''}>
            {tenant.name}
          </Text>
          <ModeBadge isSandbox={tenant.isSandbox} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Switch to</Menu.Label>
        {tenants.map(({ tenant: other }) => (
          <Menu.Item
            key={other.id}
            disabled={other.id === tenant.id}
            rightSection={<ModeBadge isSandbox={other.isSandbox} />}
            onClick={() => void change(other.id)}
          >
            <Box>{other.name}</Box>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function mode(isSandbox: boolean): string {
  return isSandbox ? 'Sandbox' : 'Live';
}

function ModeBadge({ isSandbox }: { isSandbox: boolean }): ReactElement {
  return (
    <Badge ml="xs" size="sm" variant="light" color={isSandbox ? 'orange' : 'teal'} autoContrast>
      {mode(isSandbox)}
    </Badge>
  );
}

/** Switches to another tenant, forgets what was known of this one, and starts at the overview. */
function useTenantSwitch(): (tenantId: string) => Promise<void> {
  const queries = useQueryClient();
  const router = useRouter();
  return async (tenantId) => {
    try {
      await switchTenant(tenantId);
    } catch (error) {
      tellFailure(error);
      return;
    }
    await queries.cancelQueries();
    await queries.fetchQuery({ ...viewerQuery, staleTime: 0 });
    queries.removeQueries({
      predicate: ({ queryKey: [source, name] }) => source === 'admin' && name !== viewerQuery.queryKey[1],
    });
    await router.navigate({ to: '/' });
    await router.invalidate();
  };
}
