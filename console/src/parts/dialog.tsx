import { Button, type ButtonProps, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactElement, type ReactNode, useState } from 'react';

import { newKey } from '../format/keys.js';

/** What a dialog gives to its content. */
export interface Dialog {
  readonly close: () => void;
  /** Made when the dialog opens, and kept over tries whose outcome is not known. */
  readonly idempotencyKey: string;
  /** Makes a new key, once the server has refused: the refusal is stored under the old one. */
  readonly renewKey: () => void;
}

/** A button that opens a dialog; the content is made anew each time, with a fresh idempotency key. */
export function DialogButton({
  label,
  name,
  title = label,
  size = 'md',
  button,
  children,
}: {
  label: string;
  /** The button's name where its label alone would not tell it from others. */
  name?: string;
  title?: string;
  size?: 'md' | 'lg' | 'xl';
  button?: ButtonProps;
  children: (dialog: Dialog) => ReactNode;
}): ReactElement {
  const [opened, { open, close }] = useDisclosure(false);
  const [idempotencyKey, setKey] = useState('');
  const renewKey = (): void => setKey(newKey());
  const start = (): void => {
    renewKey();
    open();
  };
  return (
    <>
      <Button onClick={start} {...(name === undefined ? {} : { 'aria-label': name })} {...button}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={title} size={size} closeButtonProps={{ 'aria-label': 'Close' }}>
        {children({ close, idempotencyKey, renewKey })}
      </Modal>
    </>
  );
}

/** A button that asks first. `onConfirm` answers whether it was done; then the dialog closes. */
export function ConfirmButton({
  label,
  title,
  confirm = label,
  color,
  button,
  onConfirm,
  children,
}: {
  label: string;
  title: string;
  confirm?: string;
  color?: string;
  button?: ButtonProps;
  onConfirm: (idempotencyKey: string) => Promise<boolean>;
  children: ReactNode;
}): ReactElement {
  return (
    <DialogButton label={label} title={title} {...(button === undefined ? {} : { button })}>
      {({ close, idempotencyKey }) => (
        <Confirmation
          confirm={confirm}
          {...(color === undefined ? {} : { color })}
          onCancel={close}
          onConfirm={async () => {
            if (await onConfirm(idempotencyKey)) {
              close();
            }
          }}
        >
          {children}
        </Confirmation>
      )}
    </DialogButton>
  );
}

/** The question of a dialog with its two answers. */
export function Confirmation({
  confirm,
  color,
  disabled = false,
  onCancel,
  onConfirm,
  children,
}: {
  confirm: string;
  color?: string;
  disabled?: boolean;
  onCancel: () => void;
  onConfirm: () => Promise<void>;
  children: ReactNode;
}): ReactElement {
  const [pending, setPending] = useState(false);
  const answer = async (): Promise<void> => {
    setPending(true);
    try {
      await onConfirm();
    } finally {
      setPending(false);
    }
  };
  return (
    <Stack>
      <Text component="div" size="sm">
        {children}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          Back
        </Button>
        <Button
          {...(color === undefined ? {} : { color })}
          loading={pending}
          disabled={disabled}
          onClick={() => void answer()}
        >
          {confirm}
        </Button>
      </Group>
    </Stack>
  );
}
