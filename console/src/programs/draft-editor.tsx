import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactElement, useEffect, useMemo } from 'react';

import { Panel } from '../parts/panel.js';
import { DraftFrame, useDraftSaving } from './draft-frame.js';
import { Caps } from './editor/caps.js';
import { Counting, Waiting } from './editor/counting.js';
import { Earning } from './editor/earning.js';
import { Expiry } from './editor/expiry.js';
import { More } from './editor/more.js';
import { Payment } from './editor/payment.js';
import { placeFindings } from './findings.js';
import type { ProgramToEdit } from './program-query.js';
import type { RulesValues } from './rules-values.js';
import { toRules } from './to-rules.js';
import { useRulesCheck } from './use-rules-check.js';

/** The editor of a points program's rules. The server checks them while they are typed, and puts them into words. */
export function DraftEditor({
  program,
  initialValues,
  note,
}: {
  program: ProgramToEdit;
  initialValues: RulesValues;
  note: string;
}): ReactElement {
  const { scale } = program.unit;
  const form = useForm<RulesValues>({ initialValues });
  const [values] = useDebouncedValue(form.values, 400);
  const read = useMemo(() => toRules(values, scale), [values, scale]);
  const rules = useMemo(() => (read.rules === null ? null : { points: read.rules }), [read]);
  const check = useRulesCheck(program.id, rules);
  const found = useMemo(() => placeFindings(check.findings), [check.findings]);
  const problems = read.problems ?? found;
  const { setErrors } = form;
  useEffect(() => setErrors(problems), [setErrors, problems]);
  const save = useDraftSaving(program.id);
  const send = async (written: string): Promise<void> => {
    const now = toRules(form.getValues(), scale);
    form.setErrors(
      now.rules === null ? now.problems : placeFindings(await save.run({ points: now.rules }, written)),
    );
  };
  return (
    <DraftFrame
      problems={Object.entries(problems).map(([path, message]) => ({ where: where(path), message }))}
      summary={check.summary}
      dirty={form.isDirty()}
      save={save}
      onSave={send}
      note={note}
    >
      <Earning form={form} scale={scale} />
      <Expiry form={form} />
      <Counting form={form} />
      <Waiting form={form} />
      <Payment form={form} scale={scale} />
      <More form={form} />
      <Panel title="Limits for the program as a whole">
        <Caps form={form} path="caps" caps={form.values.caps} scale={scale} />
      </Panel>
    </DraftFrame>
  );
}

/** A field's path for a person: `rules.0.earn.perAmount.per` is "rule 1, per". */
function where(path: string): string {
  const [head, index] = path.split('.');
  const last = path.split('.').findLast((step) => !/^\d+$/.test(step)) ?? path;
  const field = last.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return head === 'rules' && index !== undefined && last !== 'rules' ? `Rule ${Number(index) + 1}, ${field}` : field;
}
