import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { tellDone } from '../graphql/change.js';
import { DialogButton } from '../parts/dialog.js';
import { MemberForm } from './member-form.js';
import { noMember } from './member-values.js';

/** Makes a member by hand. */
export function AddMember(): ReactElement {
  const navigate = useNavigate();
  return (
    <DialogButton label="Add member" size="lg">
      {({ close }) => (
        <MemberForm
          id={null}
          initialValues={noMember}
          send="Add"
          onCancel={close}
          onSaved={(memberId) => {
            tellDone('The member was added.');
            void navigate({ to: '/members/$memberId', params: { memberId } });
          }}
        />
      )}
    </DialogButton>
  );
}
