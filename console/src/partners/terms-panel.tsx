import { Alert, Stack, Text } from '@mantine/core';
import { IconCalendarTime, IconFileText } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { DialogButton } from '../parts/dialog.js';
import { Empty } from '../parts/empty.js';
import { Line } from '../parts/line.js';
import { Panel } from '../parts/panel.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { NewTerms } from './new-terms.js';
import type { PartnerFields } from './partner-query.js';
import { TermsLines } from './terms-lines.js';
import { linesOf, summaryOf, timeOf } from './terms-words.js';

/** A partner's terms: those that hold, those ahead, all that there were, and new ones. */
export function TermsPanel({ partner }: { partner: PartnerFields }): ReactElement {
  const { may, tenant } = useViewer();
  const formats = useFormats();
  const { terms, termsAhead, termsHistory } = partner;
  return (
    <Panel
      title="Terms"
      about={terms === null ? 'None hold: it takes no part.' : `Version ${terms.number}, ${timeOf(terms, tenant.now, formats)}`}
      actions={
        <>
          {termsHistory.length > 1 && <History partner={partner} />}
          {may('WRITE_PARTNERS') && partner.state !== 'LEFT' && <NewTerms partner={partner} />}
        </>
      }
    >
      <Stack>
        {termsAhead.map((ahead) => (
          <Alert key={ahead.id} color="blue" icon={<IconCalendarTime />} title={`Version ${ahead.number} holds ${timeOf(ahead, tenant.now, formats)}`}>
            {summaryOf(ahead, partner.unit, formats)}
          </Alert>
        ))}
        {terms === null ? (
          termsAhead.length === 0 && (
            <Empty icon={IconFileText} title="No terms">
              Say what the partner pays for {partner.unit.namePlural} that it issues, and what it gets for those that are spent there.
            </Empty>
          )
        ) : (
          <TermsLines lines={linesOf(terms, partner.unit, formats)} />
        )}
      </Stack>
    </Panel>
  );
}

function History({ partner }: { partner: PartnerFields }): ReactElement {
  const { tenant } = useViewer();
  const formats = useFormats();
  return (
    <DialogButton label="History" title={`Terms of ${partner.name}`} size="lg" button={{ variant: 'default', size: 'xs' }}>
      {() => (
        <Stack gap="lg">
          {partner.termsHistory.map((terms) => (
            <section key={terms.id}>
              <Line about={`Saved ${formats.instant(terms.savedAt)}${terms.savedBy.name === null ? '' : ` by ${terms.savedBy.name}`}`} right={null}>
                Version {terms.number}, {timeOf(terms, tenant.now, formats)}
              </Line>
              <TermsLines lines={linesOf(terms, partner.unit, formats)} />
            </section>
          ))}
          <Text size="xs" c="dimmed">
            Terms are never rewritten: what was cleared under a version stays as it was.
          </Text>
        </Stack>
      )}
    </DialogButton>
  );
}
