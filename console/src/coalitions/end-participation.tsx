import { Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { ConfirmButton } from '../parts/dialog.js';
import { type JoinedCoalition, ParticipationEnd, type ParticipationFields } from './participation-query.js';

/** A button that ends the link, once it was said what ends with it. */
export function EndParticipation({ participation: { id, operator }, coalition }: { participation: ParticipationFields; coalition: JoinedCoalition }): ReactElement {
  const end = useChange(ParticipationEnd, ({ participationEnd }) => participationEnd);
  return (
    <ConfirmButton
      label="Unlink"
      title={`Unlink from ${coalition.name}?`}
      color="red"
      button={{ variant: 'default', c: 'red' }}
      onConfirm={async () => {
        const done = tellRefusals(await end.run({ input: { id } }));
        if (done) {
          tellDone('You are not linked any more.');
        }
        return done;
      }}
    >
      <Stack gap="xs">
        <Text size="sm">
          You no longer see its terms, position, settlements and statements: download first what you need. What members convert
          no longer moves your own points.
        </Text>
        <Text size="sm">
          “{coalition.partner}” stays a partner of {operator}, with its keys, its {coalition.points.namePlural} and what is owed.
          To be linked again you need a new code.
        </Text>
      </Stack>
    </ConfirmButton>
  );
}
