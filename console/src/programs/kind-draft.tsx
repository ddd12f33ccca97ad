import { SegmentedControl, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useMemo, useState } from 'react';

import { Refused } from '../graphql/ask.js';
import { explain } from '../graphql/change.js';
import type { ResultOf, TadaDocumentNode } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { sentence } from '../graphql/user-errors.js';
import { Loaded } from '../parts/loaded.js';
import { words } from '../parts/words.js';
import { NotFound } from '../shell/problems.js';
import { useViewer } from '../shell/viewer.js';
import { DraftFrame, type Problem, useDraftSaving } from './draft-frame.js';
import { type Finding, fieldOf, placeFindings } from './findings.js';
import { type FormContext, RulesFormContext } from './form/form-context.js';
import { RulesPanels } from './form/rules-panels.js';
import type { Part } from './form/shapes.js';
import { RawText } from './raw/raw-text.js';
import { type RawProgram, fieldOfKind, rulesOfText, rulesQuery, textOfRules } from './raw/raw-rules.js';
import { RulesChoices } from './rules-choices.js';
import { useRulesCheck } from './use-rules-check.js';

interface Program {
  readonly id: string;
  readonly kind: string;
}

/** The editor of any kind's rules: a form made from what the API takes, or their text. */
export function KindDraft({ program }: { program: Program }): ReactElement {
  const document = useMemo(() => rulesQuery(program.kind), [program.kind]);
  return document === null ? (
    <Text>
      This console does not know {words(program.kind).toLowerCase()} programs: it is older than the server. Load the page
      again.
    </Text>
  ) : (
    <Fetched program={program} document={document} />
  );
}

/** Read once, as all that is edited: it must not change under the hands. */
const once = { staleTime: Number.POSITIVE_INFINITY, gcTime: 0, refetchOnMount: 'always' } as const;

function Fetched({
  program,
  document,
}: {
  program: Program;
  document: TadaDocumentNode<{ program: RawProgram | null }, { id: string }>;
}): ReactElement {
  const query = useQuery({ ...asking(document, { id: program.id }), ...once });
  const choices = useQuery({ ...asking(RulesChoices, {}), ...once });
  return (
    <Loaded query={choices} lines={10}>
      {(found) => (
        <Loaded query={query} lines={10}>
          {({ program: raw }) =>
            raw === null ? (
              <NotFound />
            ) : (
              <Editor
                program={program}
                choices={found}
                savedText={textOfRules(program.kind, (raw.draft ?? raw.live)?.rules)}
                note={raw.draft?.note ?? ''}
              />
            )
          }
        </Loaded>
      )}
    </Loaded>
  );
}

function Editor({
  program: { kind, id },
  choices,
  savedText,
  note,
}: {
  program: Program;
  choices: ResultOf<typeof RulesChoices>;
  savedText: string;
  note: string;
}): ReactElement {
  const { tenant } = useViewer();
  // The text is the one truth, so that form and text cannot differ.
  const [text, setText] = useState(savedText);
  const [asText, setAsText] = useState(false);
  const [settled] = useDebouncedValue(text, 400);
  const read = useMemo(() => rulesOfText(kind, settled), [kind, settled]);
  const check = useRulesCheck(id, read.rules);
  const [refused, setRefused] = useState<readonly Finding[]>([]);
  const save = useDraftSaving(id);
  const found = useMemo(() => unique([...check.findings, ...refused]), [check.findings, refused]);
  const problems = read.problem === null ? problemsOf(found, check.error, asText) : [{ where: '', message: read.problem }];
  const change = (next: string): void => {
    setRefused([]);
    setText(next);
  };
  const send = async (written: string): Promise<void> => {
    const now = rulesOfText(kind, text);
    if (now.rules !== null) {
      setRefused(await save.run(now.rules, written));
    }
  };
  const context = useMemo<FormContext>(
    () => ({ errors: placeFindings(found), units: choices.units, rewards: choices.rewards.nodes, zone: tenant.zone }),
    [found, choices, tenant.zone],
  );
  const now = useMemo(() => rulesOfText(kind, text), [kind, text]);
  return (
    <DraftFrame
      problems={problems}
      summary={check.summary}
      dirty={text !== savedText}
      save={save}
      onSave={send}
      note={note}
    >
      <SegmentedControl
        aria-label="Edit as"
        size="xs"
        w="fit-content"
        data={[
          { value: 'form', label: 'Form' },
          { value: 'text', label: 'JSON' },
        ]}
        value={asText ? 'text' : 'form'}
        onChange={(mode) => setAsText(mode === 'text' || now.rules === null)}
      />
      {asText || now.rules === null ? (
        <RawText kind={kind} text={text} problem={read.problem} onChange={change} />
      ) : (
        <RulesFormContext value={context}>
          <RulesPanels
            field={fieldOfKind(kind)}
            value={(now.rules as Record<string, unknown>)[fieldOfKind(kind)] as Part}
            onChange={(part) => change(JSON.stringify(part, null, 2))}
          />
        </RulesFormContext>
      )}
    </DraftFrame>
  );
}

function unique(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.path} ${finding.message}`, finding])).values()];
}

/** What is wrong, each thing once; what does not even fit the API is one sentence of its own. */
function problemsOf(findings: readonly Finding[], error: Error | null, asText: boolean): readonly Problem[] {
  if (error !== null) {
    return [{ where: '', message: sentence(error instanceof Refused ? error.message : explain(error)) }];
  }
  return findings.map(({ path, message }) => ({ where: asText ? path : inWords(path), message: sentence(message) }));
}

/** A finding's path for a person: `tiered.tiers[1].name` is "tiers 2, name". */
function inWords(path: string): string {
  return fieldOf(path)
    .split('.')
    .map((step) => (/^\d+$/.test(step) ? ` ${Number(step) + 1}` : `, ${step.replaceAll(/([A-Z])/g, ' $1').toLowerCase()}`))
    .join('')
    .slice(2);
}
