import { Alert, Button, Group, Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';

import { OTHER, type UserError, placeRefusals } from '../graphql/user-errors.js';

type Values = object;

/**
 * A form in a dialog or a panel: fields, what was refused but belongs to no field, and the button that sends it.
 * `onSend` sees the values once the form's own checks hold.
 */
export function SendForm<V extends Values>({
  form,
  send,
  pending,
  disabled = false,
  onSend,
  onCancel,
  children,
}: {
  form: UseFormReturnType<V>;
  send: string;
  pending: boolean;
  disabled?: boolean;
  onSend: (values: V) => unknown;
  onCancel?: () => void;
  children: ReactNode;
}): ReactElement {
  return (
    <form noValidate onSubmit={form.onSubmit((values) => void onSend(values))}>
      <Stack>
        <OtherRefusals errors={form.errors} />
        {children}
        <Group justify="flex-end">
          {onCancel !== undefined && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={pending} disabled={disabled}>
            {send}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What was refused but belongs to no field of the form. */
export function OtherRefusals({ errors }: { errors: Readonly<Record<string, ReactNode>> }): ReactElement | null {
  const other = errors[OTHER];
  if (other === undefined || other === null) {
    return null;
  }
  return (
    <Alert color="red" icon={<IconAlertCircle />} role="alert">
      {other}
    </Alert>
  );
}

/** Shows refusals at the fields of a form. True if there were none, and the request came through. */
export function accepted<V extends Values>(
  form: UseFormReturnType<V>,
  payload: { readonly userErrors: readonly UserError[] } | null,
  aliases: Readonly<Record<string, string>> = {},
): boolean {
  if (payload === null) {
    return false;
  }
  form.setErrors(placeRefusals(payload.userErrors, Object.keys(form.getValues()), aliases));
  return payload.userErrors.length === 0;
}
