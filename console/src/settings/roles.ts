import type { InputOf } from '../graphql/graphql.js';

/** What each role may do, in a few words. */
export const roleWords: Record<InputOf<'Role'>, string> = {
  OWNER: 'Owner: everything',
  ADMIN: 'Admin: everything but owners',
  MANAGER: 'Manager: programs, rewards, members',
  SUPPORT: 'Support: members and their points',
  ANALYST: 'Analyst: reads',
};

/** The roles that somebody may give: only an owner makes owners. */
export function givableRoles(mayWriteOwners: boolean): readonly InputOf<'Role'>[] {
  return mayWriteOwners ? ['OWNER', ...keyRoles] : keyRoles;
}

/** The roles that a key can have. */
export const keyRoles = ['ADMIN', 'MANAGER', 'SUPPORT', 'ANALYST'] as const;
