import { Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';

import { DialogButton } from '../parts/dialog.js';
import { Panel } from '../parts/panel.js';
import { useFormats } from '../shell/viewer.js';
import type { Reward } from './reward-query.js';
import { UploadCodes } from './upload-codes.js';

const sources: Record<Reward['voucherSource'], string> = {
  NONE: 'Not needed.',
  GENERATED: 'Made when needed.',
  UPLOADED: 'Taken from those you upload.',
};

/** How many codes a reward has, and where more are uploaded. */
export function VoucherPool({ reward, editable }: { reward: Reward; editable: boolean }): ReactElement {
  const { count } = useFormats();
  const { available, reserved, issued, void: voided } = reward.vouchers;
  const pool = reward.voucherSource === 'UPLOADED';
  const figures = [
    ...(pool ? [{ label: 'left', value: available }] : []),
    ...(reserved > 0 ? [{ label: 'reserved', value: reserved }] : []),
    { label: 'given to members', value: issued },
    ...(voided > 0 ? [{ label: 'void', value: voided }] : []),
  ];
  return (
    <Panel
      title="Codes"
      about={sources[reward.voucherSource]}
      actions={
        pool &&
        editable && (
          <DialogButton label="Upload codes" size="lg" button={{ variant: 'default', size: 'xs' }}>
            {({ close }) => <UploadCodes rewardId={reward.id} onClose={close} />}
          </DialogButton>
        )
      }
    >
      <Group gap="xl">
        {figures.map(({ label, value }) => (
          <div key={label}>
            <Text fw={650} size="xl">
              {count(value)}
            </Text>
            <Text size="sm" c="dimmed">
              {label}
            </Text>
          </div>
        ))}
      </Group>
    </Panel>
  );
}
