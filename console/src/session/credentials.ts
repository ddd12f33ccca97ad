/** What the sign-in form asks for. */
export interface Credentials {
  email: string;
  password: string;
}

/** Per field what is wrong with it, or null; only what the server would refuse without looking anybody up. */
export function checkCredentials({ email, password }: Credentials): Record<keyof Credentials, string | null> {
  return {
    email: /^\S+@\S+$/.test(email.trim()) ? null : 'Enter an e-mail address, such as ada@example.com.',
    password: password === '' ? 'Enter your password.' : null,
  };
}
