import { queryOptions } from '@tanstack/react-query';

import type { Credentials } from './credentials.js';

/** Who is signed in. */
export interface Session {
  readonly name: string;
  readonly email: string;
}

/** Why the server did not sign somebody in, in words for them. */
export class SignInRefused extends Error {}

/** The session of this browser, or null if nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    const response = await fetch('/auth/session', { signal });
    if (!response.ok) {
      throw new Error(`GET /auth/session answered ${response.status}`);
    }
    return (await response.json()) as Session | null;
  },
});

/** Signs in; throws `SignInRefused` for a wrong e-mail address or password and for too many tries. */
export async function signIn({ email, password }: Credentials): Promise<Session> {
  const response = await fetch('/auth/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: email.trim(), password }),
  });
  switch (response.status) {
    case 200:
      return (await response.json()) as Session;
    case 401:
      throw new SignInRefused('This e-mail address and password do not match.');
    case 429:
      throw new SignInRefused('Too many tries. Wait a minute, then try again.');
    default:
      throw new Error(`POST /auth/sign-in answered ${response.status}`);
  }
}

/** Joins a shop by an invitation's token; throws `SignInRefused` with what is wrong. */
export async function acceptInvitation(form: { token: string; name: string; password: string }): Promise<Session> {
  const response = await fetch('/auth/accept-invitation', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(form),
  });
  if (response.ok) {
    return (await response.json()) as Session;
  }
  if (response.status >= 500) {
    throw new Error(`POST /auth/accept-invitation answered ${response.status}`);
  }
  throw new SignInRefused(await reason(response));
}

/** Works for another tenant, one of those that `me` lists. */
export async function switchTenant(tenantId: string): Promise<void> {
  await post('/auth/switch', { tenantId });
}

/** Ends the session of this browser. */
export async function signOut(): Promise<void> {
  await post('/auth/sign-out', {});
}

async function post(path: string, body: object): Promise<void> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(`POST ${path} answered ${response.status}`);
  }
}

/** What the server wrote about a refusal. */
async function reason(response: Response): Promise<string> {
  const answer = (await response.json()) as { readonly errors?: readonly { readonly message?: string }[] };
  return answer.errors?.[0]?.message ?? 'This was refused.';
}
