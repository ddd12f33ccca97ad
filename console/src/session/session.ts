import { queryOptions } from '@tanstack/react-query';

import type { Credentials } from './credentials.js';

/** Who is signed in. */
export interface Session {
  readonly name: string;
  readonly email: string;
}

/** Why the server did not sign somebody in, in words for them, and about which field of the form. */
export class SignInRefused extends Error {
  readonly field: readonly string[];

  constructor(message: string, field: readonly string[] = []) {
    super(message);
    this.field = field;
  }
}

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
  const response = await post('/auth/sign-in', { email: email.trim(), password });
  switch (response.status) {
    case 200:
      return (await response.json()) as Session;
    case 401:
      throw new SignInRefused('This e-mail address and password do not match.');
    default:
      throw await whyNot(response);
  }
}

/** Joins a shop by an invitation's token; throws `SignInRefused` with what is wrong. */
export async function acceptInvitation(form: { token: string; name: string; password: string }): Promise<Session> {
  const response = await post('/auth/accept-invitation', form);
  if (response.ok) {
    return (await response.json()) as Session;
  }
  throw await whyNot(response);
}

/** Whether anybody may make a shop here: the operator can close it. */
export const signUpOpenQuery = queryOptions({
  queryKey: ['sign-up-open'],
  queryFn: async ({ signal }): Promise<boolean> => {
    const response = await fetch('/auth/sign-up', { signal });
    if (!response.ok) {
      throw await whyNot(response);
    }
    return ((await response.json()) as { readonly open: boolean }).open;
  },
});

/** What a merchant fills in: `zone` as Europe/Berlin, `currency` as EUR. */
export interface SignUpForm {
  shop: string;
  name: string;
  email: string;
  password: string;
  zone: string;
  currency: string;
}

/** The first keys of a shop and of its sandbox, told this once. */
export interface FirstKeys {
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly sandboxSecretKey: string;
  readonly sandboxPublishableKey: string;
}

/** Makes a shop and signs its owner in; throws `SignInRefused` with the field that is wrong. */
export async function signUp(form: SignUpForm): Promise<Session & { readonly keys: FirstKeys }> {
  const response = await post('/auth/sign-up', form);
  if (response.ok) {
    return (await response.json()) as Session & { readonly keys: FirstKeys };
  }
  throw await whyNot(response);
}

/** Works for another tenant, one of those that `me` lists. */
export async function switchTenant(tenantId: string): Promise<void> {
  await done(await post('/auth/switch', { tenantId }));
}

/** Ends the session of this browser. */
export async function signOut(): Promise<void> {
  await done(await post('/auth/sign-out', {}));
}

async function done(response: Response): Promise<void> {
  if (!response.ok) {
    throw await whyNot(response);
  }
}

function post(path: string, body: object): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

interface Answer {
  readonly errors?: readonly {
    readonly message?: string;
    readonly extensions?: { readonly field?: readonly string[] };
  }[];
}

/** Why a request was not granted: a refusal with what the server wrote, or that the server broke. */
async function whyNot(response: Response): Promise<Error> {
  if (response.status === 429) {
    return new SignInRefused('Too many tries. Wait a minute, then try again.');
  }
  if (response.status >= 500) {
    return new Error(`${response.url} answered ${response.status}`);
  }
  const [error] = ((await response.json()) as Answer).errors ?? [];
  return new SignInRefused(error?.message ?? 'This was refused.', error?.extensions?.field ?? []);
}
