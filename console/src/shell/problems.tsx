import { Button, Container } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { Empty } from '../parts/empty.js';
import { Failure } from '../parts/loaded.js';
import { Page } from '../parts/page.js';

/** For an address that leads to no page, or to something that does not exist. */
export function NotFound(): ReactElement {
  return (
    <Page title="Not found">
      <Empty
        icon={IconMapOff}
        title="There is nothing here"
        action={
          <Button component={Link} to="/" variant="default" mt="xs">
            To the overview
          </Button>
        }
      >
        The address may be mistyped, or what stood here belongs to another tenant.
      </Empty>
    </Page>
  );
}

/** For a page that broke. */
export function PageFailure({ error, reset }: ErrorComponentProps): ReactElement {
  const router = useRouter();
  const queries = useQueryClient();
  const again = async (): Promise<void> => {
    await queries.resetQueries();
    reset();
    await router.invalidate();
  };
  return (
    <Container py="xl">
      <Failure error={error} onRetry={() => void again()} />
    </Container>
  );
}
