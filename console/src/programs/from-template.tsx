import { Radio, ScrollArea, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { tellDone, useChange } from '../graphql/change.js';
import { type ResultOf, graphql } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { Loaded } from '../parts/loaded.js';
import { words } from '../parts/words.js';
import { ProgramCreate } from './add-program.js';
import classes from './editor/editor.module.css';
import { tellFindings } from './tell-findings.js';

export const ProgramTemplates = graphql(`
  query ProgramTemplates {
    programTemplates {
      slug
      name
      kinds
      description
      source
    }
  }
`);

type Template = ResultOf<typeof ProgramTemplates>['programTemplates'][number];

/** Makes the programs of a template, with all that they need, as drafts. */
export function FromTemplate(): ReactElement {
  return (
    <DialogButton label="From a template" size="lg" button={{ variant: 'default' }}>
      {({ close }) => <Choice onClose={close} />}
    </DialogButton>
  );
}

function Choice({ onClose }: { onClose: () => void }): ReactElement {
  const query = useQuery(asking(ProgramTemplates, {}));
  return (
    <Loaded query={query} lines={6}>
      {({ programTemplates }) => <TemplateForm templates={programTemplates} onClose={onClose} />}
    </Loaded>
  );
}

function TemplateForm({ templates, onClose }: { templates: readonly Template[]; onClose: () => void }): ReactElement {
  const navigate = useNavigate();
  const form = useForm({ initialValues: { template: templates[0]?.slug ?? '' } });
  const create = useChange(ProgramCreate, ({ programCreate }) => programCreate);
  const send = async ({ template }: { template: string }): Promise<void> => {
    const payload = await create.run({ input: { template } });
    if (tellFindings(payload) && accepted(form, payload) && payload?.program) {
      tellDone('The template’s programs were added as drafts.');
      await navigate({ to: '/programs/$programId', params: { programId: payload.program.id } });
    }
  };
  return (
    <SendForm form={form} send="Use it" pending={create.pending} onSend={send} onCancel={onClose}>
      <Radio.Group label="Template" {...form.getInputProps('template')}>
        <ScrollArea.Autosize mah={420} mt={4} type="auto" offsetScrollbars="y">
          <Stack gap={6}>
            {templates.map(({ slug, name, kinds, description, source }) => (
              <Radio.Card key={slug} value={slug} p="sm" radius="md" className={classes['kind'] ?? ''} aria-label={name}>
                <Text fw={600} size="sm">
                  {name}
                </Text>
                <Text size="sm">{description}</Text>
                <Text size="xs" c="dimmed">
                  {kinds.map((kind) => words(kind)).join(', ')} · {source}
                </Text>
              </Radio.Card>
            ))}
          </Stack>
        </ScrollArea.Autosize>
      </Radio.Group>
    </SendForm>
  );
}
