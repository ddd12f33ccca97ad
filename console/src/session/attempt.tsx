import { Alert } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { SignInRefused } from './session.js';

/** Why an attempt to come in failed, as far as it is about no field of the form. */
export function AttemptFailed({ error }: { error: Error | null }): ReactElement | null {
  if (error === null || (error instanceof SignInRefused && error.field.length > 0)) {
    return null;
  }
  return (
    <Alert color="red" icon={<IconAlertCircle />} role="alert">
      {error instanceof SignInRefused ? error.message : 'Guerdon could not be reached. Try again in a moment.'}
    </Alert>
  );
}
