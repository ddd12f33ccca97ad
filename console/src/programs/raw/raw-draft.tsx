import { Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useMemo, useState } from 'react';

import { Refused } from '../../graphql/ask.js';
import { explain } from '../../graphql/change.js';
import type { TadaDocumentNode } from '../../graphql/graphql.js';
import { asking } from '../../graphql/queries.js';
import { sentence } from '../../graphql/user-errors.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { words } from '../../parts/words.js';
import { NotFound } from '../../shell/problems.js';
import { DraftFrame, type Problem, useDraftSaving } from '../draft-frame.js';
import type { Finding } from '../findings.js';
import { useRulesCheck } from '../use-rules-check.js';
import classes from './raw.module.css';
import { type RawProgram, rulesOfText, rulesQuery, textOfRules } from './raw-rules.js';

interface Program {
  readonly id: string;
  readonly kind: string;
}

/** The editor of rules that have no form yet: their text, as the API takes it. */
export function RawDraft({ program }: { program: Program }): ReactElement {
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

function Fetched({
  program,
  document,
}: {
  program: Program;
  document: TadaDocumentNode<{ program: RawProgram | null }, { id: string }>;
}): ReactElement {
  // Read once, as all that is edited: it must not change under the hands.
  const query = useQuery({
    ...asking(document, { id: program.id }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnMount: 'always',
  });
  return (
    <Loaded query={query} lines={10}>
      {({ program: found }) =>
        found === null ? (
          <NotFound />
        ) : (
          <Editor
            program={program}
            savedText={textOfRules(program.kind, (found.draft ?? found.live)?.rules)}
            note={found.draft?.note ?? ''}
          />
        )
      }
    </Loaded>
  );
}

function Editor({ program, savedText, note }: { program: Program; savedText: string; note: string }): ReactElement {
  const { kind, id } = program;
  const [text, setText] = useState(savedText);
  const [settled] = useDebouncedValue(text, 400);
  const read = useMemo(() => rulesOfText(kind, settled), [kind, settled]);
  const check = useRulesCheck(id, read.rules);
  const [refused, setRefused] = useState<readonly Finding[]>([]);
  const save = useDraftSaving(id);
  const problems = read.problem === null ? problemsOf([...check.findings, ...refused], check.error) : [syntax(read.problem)];
  const send = async (written: string): Promise<void> => {
    const now = rulesOfText(kind, text);
    if (now.rules !== null) {
      setRefused(await save.run(now.rules, written));
    }
  };
  return (
    <DraftFrame
      problems={problems}
      summary={check.summary}
      dirty={text !== savedText}
      save={save}
      onSave={send}
      note={note}
    >
      <Panel title="Rules" about={`There is no form for ${words(kind).toLowerCase()} programs yet. This is what the API takes.`}>
        <Textarea
          label="Rules as JSON"
          autosize
          minRows={16}
          maxRows={40}
          spellCheck={false}
          classNames={{ input: classes['text'] ?? '' }}
          value={text}
          error={read.problem}
          onChange={({ currentTarget }) => {
            setRefused([]);
            setText(currentTarget.value);
          }}
        />
      </Panel>
    </DraftFrame>
  );
}

function syntax(message: string): Problem {
  return { where: '', message };
}

/** What is wrong, each thing once, by its path in the rules; what does not even fit the API is one sentence of its own. */
function problemsOf(findings: readonly Finding[], error: Error | null): readonly Problem[] {
  if (error !== null) {
    return [{ where: '', message: sentence(error instanceof Refused ? error.message : explain(error)) }];
  }
  const unique = new Map(findings.map(({ path, message }) => [`${path} ${message}`, { where: path, message: sentence(message) }]));
  return [...unique.values()];
}
