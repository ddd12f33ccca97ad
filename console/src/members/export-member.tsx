import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { tellRefusals, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';

const MemberExport = graphql(`
  mutation MemberExport($input: MemberExportInput!) {
    memberExport(input: $input) {
      export {
        fileName
        document
      }
      ${userErrors}
    }
  }
`);

/** Saves all that is kept of a member as a file. */
export function ExportMember({ memberId }: { memberId: string }): ReactElement {
  const hand = useChange(MemberExport, ({ memberExport }) => memberExport);
  const download = async (): Promise<void> => {
    const payload = await hand.run({ input: { member: { id: memberId } } });
    if (tellRefusals(payload) && payload?.export) {
      save(payload.export.fileName, payload.export.document);
    }
  };
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      loading={hand.pending}
      onClick={() => void download()}
    >
      Export
    </Button>
  );
}

function save(fileName: string, document_: string): void {
  const url = URL.createObjectURL(new Blob([document_], { type: 'application/json' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: fileName });
  link.click();
  URL.revokeObjectURL(url);
}
