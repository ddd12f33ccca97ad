import { Stack, Text, TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { Confirmation, DialogButton } from '../parts/dialog.js';
import type { MemberFields } from './member-query.js';
import { memberTitle } from './member-words.js';

export const MemberErase = graphql(`
  mutation MemberErase($input: MemberEraseInput!) {
    memberErase(input: $input) {
      member {
        id
      }
      ${userErrors}
    }
  }
`);

const WORD = 'erase';

/** Erases what is personal; one has to type a word, since nothing brings it back. */
export function EraseMember({ member }: { member: MemberFields }): ReactElement {
  return (
    <DialogButton label="Erase" title={`Erase ${memberTitle(member)}?`} button={{ variant: 'default', c: 'red' }}>
      {({ close }) => <Question memberId={member.id} onClose={close} />}
    </DialogButton>
  );
}

function Question({ memberId, onClose }: { memberId: string; onClose: () => void }): ReactElement {
  const [typed, setTyped] = useState('');
  const erase = useChange(MemberErase, ({ memberErase }) => memberErase);
  const confirm = async (): Promise<void> => {
    if (tellRefusals(await erase.run({ input: { member: { id: memberId } } }))) {
      tellDone('The member was erased.');
      onClose();
    }
  };
  return (
    <Confirmation
      confirm="Erase for ever"
      color="red"
      disabled={typed.trim().toLowerCase() !== WORD}
      onCancel={onClose}
      onConfirm={confirm}
    >
      <Stack>
        <Text size="sm">
          Name, contact, attributes, tags and consents are deleted and cannot be brought back. The ledger keeps the points
          under an id without a name.
        </Text>
        <TextInput
          label={`Type “${WORD}” to go on`}
          autoComplete="off"
          data-autofocus
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </Stack>
    </Confirmation>
  );
}
