import { Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';

import { tellDone, useChange } from '../graphql/change.js';
import { DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { Panel } from '../parts/panel.js';
import { words } from '../parts/words.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { ConvertingFields, converted, convertingErrors, convertingOf } from './converting-fields.js';
import { type JoinedCoalition, type ParticipationFields, ParticipationUpdate } from './participation-query.js';

/** Which of the shop's own points its members convert, and how to change it. */
export function Converting({ participation, coalition: { points } }: { participation: ParticipationFields; coalition: JoinedCoalition }): ReactElement {
  const { may } = useViewer();
  const { named } = useFormats();
  const { ownUnit, months, dailyCap } = participation;
  return (
    <Panel
      title="Members convert"
      actions={
        may('JOIN_COALITIONS') && (
          <DialogButton label="Change" title="What your members convert" button={{ size: 'xs', variant: 'default' }}>
            {({ close }) => <Change participation={participation} shared={points.namePlural} onClose={close} />}
          </DialogButton>
        )
      }
    >
      {ownUnit === null ? (
        <Text size="sm">
          Nothing: no points of yours are moved when members convert.
        </Text>
      ) : (
        <Text size="sm">
          <strong>{words(ownUnit.namePlural)}</strong> into {points.namePlural}, and back.{' '}
          {months === null ? 'Those that come to you do not end.' : `Those that come to you end after ${months} ${months === 1 ? 'month' : 'months'}.`}
          {dailyCap !== null && ` At most ${named(dailyCap, ownUnit)} a day, each way.`}
        </Text>
      )}
    </Panel>
  );
}

function Change({ participation, shared, onClose }: { participation: ParticipationFields; shared: string; onClose: () => void }): ReactElement {
  const update = useChange(ParticipationUpdate, ({ participationUpdate }) => participationUpdate);
  const form = useForm({ initialValues: convertingOf(participation), validate: convertingErrors });
  const send = async (values: typeof form.values): Promise<void> => {
    if (accepted(form, await update.run({ input: { id: participation.id, ...converted(values) } }))) {
      tellDone('It holds for what is converted from now on.');
      onClose();
    }
  };
  return (
    <SendForm form={form} send="Save" pending={update.pending} onSend={send} onCancel={onClose}>
      <ConvertingFields form={form} shared={shared} />
      <Text size="xs" c="dimmed">
        What was converted before stays as it was.
      </Text>
    </SendForm>
  );
}
