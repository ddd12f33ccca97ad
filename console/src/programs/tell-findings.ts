import { notifications } from '@mantine/notifications';

import { sentence } from '../graphql/user-errors.js';
import type { Finding } from './findings.js';

/** Tells what is wrong with rules where there is no form to show it in. True if there was nothing. */
export function tellFindings(payload: { readonly findings: readonly Finding[] } | null): boolean {
  const findings = payload?.findings ?? [];
  if (findings.length > 0) {
    notifications.show({
      title: 'The rules do not hold together',
      message: findings.map(({ path, message }) => `${path}: ${sentence(message)}`).join(' '),
      color: 'red',
      autoClose: false,
    });
  }
  return payload !== null && findings.length === 0;
}
