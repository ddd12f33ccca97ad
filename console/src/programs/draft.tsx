import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { asking } from '../graphql/queries.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { NotFound } from '../shell/problems.js';
import { useViewer } from '../shell/viewer.js';
import { DraftEditor } from './draft-editor.js';
import { fromRules } from './from-rules.js';
import { KindDraft } from './kind-draft.js';
import { ProgramRulesToEdit, type ProgramToEdit } from './program-query.js';

const route = getRouteApi('/signed-in/programs/$programId/draft');

/** Where the rules of a program are edited: its draft, else a copy of what is live. */
export function DraftPage(): ReactElement {
  const { programId } = route.useParams();
  // Edited rules must not change under the hands: they are read once, and again only when the page is opened anew.
  const query = useQuery({
    ...asking(ProgramRulesToEdit, { id: programId }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnMount: 'always',
  });
  const program = query.data?.program;
  if (program === null) {
    return <NotFound />;
  }
  return (
    <Page
      title={program === undefined ? 'Edit rules' : `Edit ${program.name}`}
      about={
        <Anchor component={Link} to={`/programs/${programId}`}>
          Back to the program
        </Anchor>
      }
    >
      <Loaded query={{ ...query, data: program }} lines={10}>
        {(found) => <Editable program={found} />}
      </Loaded>
    </Page>
  );
}

function Editable({ program }: { program: ProgramToEdit }): ReactElement {
  const { tenant } = useViewer();
  const rules = program.draft?.rules.points ?? program.live?.rules.points ?? null;
  if (rules === null) {
    return <KindDraft program={program} />;
  }
  return (
    <DraftEditor
      program={program}
      initialValues={fromRules(rules, program.unit.scale, tenant.currency)}
      note={program.draft?.note ?? ''}
    />
  );
}
