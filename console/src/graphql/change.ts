import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import { Refused, ask } from './ask.js';
import type { TadaDocumentNode } from './graphql.js';
import type { UserError } from './user-errors.js';

interface Payload {
  readonly userErrors: readonly UserError[];
}

/**
 * A mutation: `run` answers its payload, which `pick` finds in the result, or null if the request failed as a whole (then
 * the user was told). After a change that was not refused, every list and page on the screen is asked for anew.
 */
export function useChange<R, V, P extends Payload>(document: TadaDocumentNode<R, V>, pick: (result: R) => P) {
  const queries = useQueryClient();
  const { mutateAsync, isPending } = useMutation({
    mutationFn: async (variables: V) => pick(await ask(document, variables)),
    onSuccess: (payload) => (payload.userErrors.length === 0 ? queries.invalidateQueries() : undefined),
  });
  const run = async (variables: V): Promise<P | null> => {
    try {
      return await mutateAsync(variables);
    } catch (error) {
      tellFailure(error);
      return null;
    }
  };
  return { run, pending: isPending };
}

/** Tells that something was done. */
export function tellDone(message: string): void {
  notifications.show({ message, color: 'teal' });
}

/** Tells why something was not done, as far as the server says. */
export function tellFailure(error: unknown): void {
  notifications.show({ title: 'That did not work', message: explain(error), color: 'red', autoClose: 10_000 });
}

/** Tells what the business refused, where there is no form to show it in. True if there was nothing. */
export function tellRefusals(payload: Payload | null): boolean {
  for (const { message } of payload?.userErrors ?? []) {
    notifications.show({ title: 'That did not work', message, color: 'red', autoClose: 10_000 });
  }
  return payload !== null && payload.userErrors.length === 0;
}

/** What went wrong, in words for the person at the screen. */
export function explain(error: unknown): string {
  if (!(error instanceof Refused)) {
    return 'Guerdon could not be reached. Try again in a moment.';
  }
  switch (error.code) {
    case 'FORBIDDEN':
      return 'Your role does not allow this.';
    case 'THROTTLED':
      return 'Too much at once. Wait a moment, then try again.';
    case 'UNAUTHENTICATED':
      return 'You are no longer signed in. Load the page again to sign in.';
    case 'INTERNAL':
      return `Something broke on our side${error.requestId === undefined ? '.' : ` (request ${error.requestId}).`}`;
    default:
      return error.message;
  }
}
