import { Modal } from '@mantine/core';
import type { ReactElement } from 'react';

import { Secret } from '../parts/secret.js';

/** A key that was just made. */
export interface NewKey {
  readonly name: string;
  readonly secret: string;
}

/** Shows a new key, once. It belongs to the page: the row that it came from may be gone from the list by now. */
export function ShowNewKey({ made, onDone }: { made: NewKey; onDone: () => void }): ReactElement {
  return (
    <Modal
      opened
      onClose={onDone}
      title="The new key"
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Secret label={made.name} value={made.secret} onDone={onDone} />
    </Modal>
  );
}
