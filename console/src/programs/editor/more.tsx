import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useMemo } from 'react';

import { asking } from '../../graphql/queries.js';
import { useViewer } from '../../shell/viewer.js';
import { Loaded } from '../../parts/loaded.js';
import { RulesFormContext } from '../form/form-context.js';
import { RulesPanels } from '../form/rules-panels.js';
import { RulesChoices } from '../rules-choices.js';
import type { RulesForm } from './rules-form.js';

const fields = ['transfers', 'conversion'];

/** What a points program can do besides, in fields made from what the API takes. */
export function More({ form }: { form: RulesForm }): ReactElement {
  const { tenant } = useViewer();
  const choices = useQuery(asking(RulesChoices, {}));
  const errors = useMemo(
    () => Object.fromEntries(Object.entries(form.errors).map(([path, error]) => [path, String(error)])),
    [form.errors],
  );
  return (
    <Loaded query={choices} lines={2}>
      {({ units, rewards }) => (
        <RulesFormContext value={{ errors, units, rewards: rewards.nodes, zone: tenant.zone }}>
          <RulesPanels
            field="points"
            only={fields}
            value={{ unit: form.values.unit, ...form.values.more }}
            onChange={(part) =>
              form.setFieldValue('more', Object.fromEntries(Object.entries(part).filter(([name]) => fields.includes(name))))
            }
          />
        </RulesFormContext>
      )}
    </Loaded>
  );
}
