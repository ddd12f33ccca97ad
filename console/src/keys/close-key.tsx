import { NumberInput, Stack, Text } from '@mantine/core';
import { type ReactElement, useState } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { ConfirmButton, Confirmation, DialogButton } from '../parts/dialog.js';
import type { Key } from './key-query.js';
import type { NewKey } from './new-key.js';

export const KeyRotate = graphql(`
  mutation KeyRotate($input: KeyRotateInput!) {
    keyRotate(input: $input) {
      key {
        id
      }
      secret
      ${userErrors}
    }
  }
`);

const KeyRevoke = graphql(`
  mutation KeyRevoke($input: KeyRevokeInput!) {
    keyRevoke(input: $input) {
      key {
        id
      }
      ${userErrors}
    }
  }
`);

/** Makes a key's successor; the old one works on for a while. */
export function RotateKey({ apiKey, onMade }: { apiKey: Key; onMade: (made: NewKey) => void }): ReactElement {
  return (
    <DialogButton
      label="Rotate"
      title={`Rotate ${apiKey.name}?`}
      button={{ size: 'compact-sm', variant: 'default' }}
    >
      {({ close }) => <Rotate apiKey={apiKey} onClose={close} onMade={onMade} />}
    </DialogButton>
  );
}

function Rotate({
  apiKey,
  onClose,
  onMade,
}: {
  apiKey: Key;
  onClose: () => void;
  onMade: (made: NewKey) => void;
}): ReactElement {
  const [hours, setHours] = useState<string | number>(24);
  const rotate = useChange(KeyRotate, ({ keyRotate }) => keyRotate);
  const run = async (): Promise<void> => {
    const payload = await rotate.run({ input: { id: apiKey.id, overlapHours: Number(hours) || 0 } });
    if (tellRefusals(payload)) {
      onClose();
      onMade({ name: apiKey.name, secret: payload?.secret ?? '' });
    }
  };
  return (
    <Confirmation confirm="Make the new key" onCancel={onClose} onConfirm={run}>
      <Stack>
        <Text size="sm">A new key takes its place. Both work until the old one ends, so nothing breaks meanwhile.</Text>
        <NumberInput
          label="The old one works for"
          suffix=" hours"
          min={0}
          allowDecimal={false}
          value={hours}
          onChange={setHours}
        />
      </Stack>
    </Confirmation>
  );
}

/** Ends a key at once. */
export function RevokeKey({ apiKey }: { apiKey: Key }): ReactElement {
  const revoke = useChange(KeyRevoke, ({ keyRevoke }) => keyRevoke);
  return (
    <ConfirmButton
      label="Revoke"
      title={`Revoke ${apiKey.name}?`}
      color="red"
      button={{ size: 'compact-sm', variant: 'default' }}
      onConfirm={async () => {
        const done = tellRefusals(await revoke.run({ input: { id: apiKey.id } }));
        if (done) {
          tellDone('The key works no more.');
        }
        return done;
      }}
    >
      Whatever uses it stops working at once, and it cannot be brought back.
    </ConfirmButton>
  );
}
