import { Stack, Text, TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { wasRefused, userErrors } from '../graphql/user-errors.js';
import { ConfirmButton, Confirmation, type Dialog, DialogButton } from '../parts/dialog.js';

const RedemptionConfirm = graphql(`
  mutation RedemptionConfirm($input: RedemptionConfirmInput!) {
    redemptionConfirm(input: $input) {
      redemption {
        id
        voucher {
          code
        }
      }
      ${userErrors}
    }
  }
`);

const RedemptionCancel = graphql(`
  mutation RedemptionCancel($input: RedemptionCancelInput!) {
    redemptionCancel(input: $input) {
      redemption {
        id
      }
      ${userErrors}
    }
  }
`);

/** Spends points that were set aside. */
export function ConfirmRedemption({ id }: { id: string }): ReactElement {
  return (
    <DialogButton label="Confirm" title="Confirm the redemption?" button={{ size: 'compact-sm' }}>
      {(dialog) => <Confirm id={id} dialog={dialog} />}
    </DialogButton>
  );
}

function Confirm({
  id,
  dialog: { close, idempotencyKey, renewKey },
}: {
  id: string;
  dialog: Dialog;
}): ReactElement {
  const [order, setOrder] = useState('');
  const confirm = useChange(RedemptionConfirm, ({ redemptionConfirm }) => redemptionConfirm);
  const run = async (): Promise<void> => {
    const orderId = order.trim() === '' ? null : order.trim();
    const payload = await confirm.run({ input: { idempotencyKey, id, orderId } });
    if (tellRefusals(payload)) {
      const code = payload?.redemption?.voucher?.code;
      tellDone(code === undefined ? 'The points are spent.' : `The points are spent. The code is ${code}.`);
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <Confirmation confirm="Confirm" onCancel={close} onConfirm={run}>
      <Stack>
        <Text size="sm">The points that were set aside are spent, and the member gets the code.</Text>
        <TextInput
          label="Order"
          description="If it belongs to one"
          value={order}
          onChange={({ currentTarget }) => setOrder(currentTarget.value)}
        />
      </Stack>
    </Confirmation>
  );
}

/** Lets points go that were set aside. */
export function CancelRedemption({ id }: { id: string }): ReactElement {
  const cancel = useChange(RedemptionCancel, ({ redemptionCancel }) => redemptionCancel);
  return (
    <ConfirmButton
      label="Cancel"
      title="Cancel the redemption?"
      confirm="Cancel the redemption"
      color="red"
      button={{ size: 'compact-sm', variant: 'default' }}
      onConfirm={async (idempotencyKey) => {
        const done = tellRefusals(await cancel.run({ input: { idempotencyKey, id } }));
        if (done) {
          tellDone('The member has the points back.');
        }
        return done;
      }}
    >
      The member gets the points back that were set aside.
    </ConfirmButton>
  );
}
