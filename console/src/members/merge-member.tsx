import { Alert, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { asking } from '../graphql/queries.js';
import { wasRefused } from '../graphql/user-errors.js';
import { Confirmation, type Dialog, DialogButton } from '../parts/dialog.js';
import { Loaded } from '../parts/loaded.js';
import { type Column, PlainRows } from '../parts/table.js';
import { useFormats } from '../shell/viewer.js';
import { MemberPicker } from './member-picker.js';
import type { MemberFields } from './member-query.js';
import { memberTitle } from './member-words.js';
import { type MergeLine, mergePreview } from './merge-preview.js';
import { MemberMerge, type MergeSide, MembersToMerge } from './merge-query.js';

/** Makes two members one: who else, who stays, and what comes of it. */
export function MergeMember({ member }: { member: MemberFields }): ReactElement {
  return (
    <DialogButton label="Merge" title={`Merge ${memberTitle(member)} with another member`} size="xl" button={{ variant: 'default' }}>
      {(dialog) => <Choice member={member} dialog={dialog} />}
    </DialogButton>
  );
}

function Choice({ member, dialog }: { member: MemberFields; dialog: Dialog }): ReactElement {
  const [other, setOther] = useState<string | null>(null);
  const query = useQuery({
    ...asking(MembersToMerge, { one: member.id, other: other ?? '' }),
    ...(other === null ? { queryFn: skipToken } : {}),
  });
  return (
    <Stack>
      <Text size="sm">
        Two members who are one person become one. It cannot be undone.
      </Text>
      <MemberPicker label="The other member" without={member.id} value={other} onChange={setOther} />
      {other !== null && (
        <Loaded query={query} lines={6}>
          {({ one, other: found }) =>
            one !== null && found !== null && <Question key={other} here={one} other={found} dialog={dialog} />
          }
        </Loaded>
      )}
    </Stack>
  );
}

function Question({
  here,
  other,
  dialog: { close, idempotencyKey, renewKey },
}: {
  here: MergeSide;
  other: MergeSide;
  dialog: Dialog;
}): ReactElement {
  const navigate = useNavigate();
  const formats = useFormats();
  const [staysId, setStays] = useState(here.id);
  const merge = useChange(MemberMerge, ({ memberMerge }) => memberMerge);
  const [stays, gone] = staysId === here.id ? [here, other] : [other, here];
  const { obstacles, lines } = mergePreview(gone, stays, formats);
  const confirm = async (): Promise<void> => {
    const payload = await merge.run({ input: { idempotencyKey, from: { id: gone.id }, into: { id: stays.id } } });
    if (tellRefusals(payload)) {
      tellDone(`${memberTitle(gone)} is one with ${memberTitle(stays)} now.`);
      close();
      await navigate({ to: '/members/$memberId', params: { memberId: stays.id } });
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <Confirmation confirm="Merge for ever" color="red" disabled={obstacles.length > 0} onCancel={close} onConfirm={confirm}>
      <Stack>
        <div>
          <Text size="sm" fw={600} mb={4} id="who-stays">
            Who stays
          </Text>
          <SegmentedControl
            aria-labelledby="who-stays"
            fullWidth
            orientation="vertical"
            value={staysId}
            onChange={(id) => {
              setStays(id);
              renewKey();
            }}
            data={[here, other].map((side) => ({ value: side.id, label: nameOf(side) }))}
          />
        </div>
        {obstacles.length > 0 && (
          <Alert color="red" icon={<IconAlertTriangle />} role="alert" title="This stands in the way">
            {obstacles.map((text) => (
              <div key={text}>{text}</div>
            ))}
          </Alert>
        )}
        <PlainRows
          label="What is carried"
          columns={columns}
          rows={lines}
        />
        <Text size="sm" c="dimmed">
          Orders, redemptions, cards, tasks that only one has done, the higher tier and what counts for limits go along;
          points keep their age and end. The ids of the one who goes lead to the one who stays.
        </Text>
      </Stack>
    </Confirmation>
  );
}

const columns: readonly Column<MergeLine>[] = [
  { title: 'What', cell: ({ id }) => id },
  { title: 'Goes', cell: ({ gone }) => gone },
  { title: 'Stays', cell: ({ stays }) => stays },
  { title: 'Afterwards', cell: ({ afterwards }) => <strong>{afterwards}</strong> },
];

function nameOf(side: MergeSide): string {
  const title = memberTitle(side);
  return side.externalId === null || side.externalId === title ? title : `${title} · ${side.externalId}`;
}
