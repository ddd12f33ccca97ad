import { Select, SimpleGrid, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { currencyDigits } from '../format/amounts.js';
import { slugOf } from '../format/keys.js';
import { tellDone, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { userErrors } from '../graphql/user-errors.js';
import { DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { Loaded } from '../parts/loaded.js';
import { type UnitChoice, Units } from '../parts/units.js';
import { useViewer } from '../shell/viewer.js';
import { findings } from './findings.js';

const UnitUpsert = graphql(`
  mutation UnitUpsert($input: UnitUpsertInput!) {
    unitUpsert(input: $input) {
      unit {
        id
      }
      ${userErrors}
    }
  }
`);

const ProgramCreate = graphql(`
  mutation ProgramCreate($input: ProgramCreateInput!) {
    programCreate(input: $input) {
      program {
        id
      }
      ${findings}
      ${userErrors}
    }
  }
`);

const NEW_UNIT = ' new';

/** Makes a points program: a name and a unit, with a first rule to begin with; then its editor opens. */
export function AddProgram(): ReactElement {
  const units = useQuery(asking(Units, {}));
  return (
    <DialogButton label="Add program">
      {({ close }) => (
        <Loaded query={units}>{({ units: choices }) => <AddForm units={choices} onClose={close} />}</Loaded>
      )}
    </DialogButton>
  );
}

interface Values {
  name: string;
  unit: string;
  unitName: string;
  unitPlural: string;
}

function AddForm({ units, onClose }: { units: readonly UnitChoice[]; onClose: () => void }): ReactElement {
  const form = useForm<Values>({
    initialValues: { name: '', unit: units[0]?.slug ?? NEW_UNIT, unitName: 'point', unitPlural: 'points' },
    validate: { name: (name) => (name.trim() === '' ? 'Enter a name.' : null) },
  });
  const { create, pending } = useCreate(form);
  return (
    <SendForm form={form} send="Add" pending={pending} onSend={create} onCancel={onClose}>
      <TextInput label="Name" description="As members read it" data-autofocus {...form.getInputProps('name')} />
      <Select
        label="What it issues"
        allowDeselect={false}
        data={[
          ...units.map(({ slug, namePlural }) => ({ value: slug, label: namePlural })),
          { value: NEW_UNIT, label: 'A new unit …' },
        ]}
        {...form.getInputProps('unit')}
      />
      {form.values.unit === NEW_UNIT && (
        <SimpleGrid cols={2}>
          <TextInput label="One of them" {...form.getInputProps('unitName')} />
          <TextInput label="Several of them" {...form.getInputProps('unitPlural')} />
        </SimpleGrid>
      )}
    </SendForm>
  );
}

function useCreate(form: UseFormReturnType<Values>) {
  const { tenant } = useViewer();
  const navigate = useNavigate();
  const makeUnit = useChange(UnitUpsert, ({ unitUpsert }) => unitUpsert);
  const makeProgram = useChange(ProgramCreate, ({ programCreate }) => programCreate);
  const create = async (values: Values): Promise<void> => {
    const unit = values.unit === NEW_UNIT ? slugOf(values.unitPlural) : values.unit;
    if (values.unit === NEW_UNIT) {
      const made = await makeUnit.run({
        input: { slug: unit, name: values.unitName.trim(), namePlural: values.unitPlural.trim() },
      });
      if (!accepted(form, made, { name: 'unitName', namePlural: 'unitPlural', slug: 'unitPlural' })) {
        return;
      }
    }
    const payload = await makeProgram.run({
      input: { slug: slugOf(values.name), name: values.name.trim(), rules: { points: firstRules(unit, tenant.currency) } },
    });
    if (accepted(form, payload, { slug: 'name' }) && payload?.program) {
      tellDone('The program was added.');
      await navigate({ to: '/programs/$programId/draft', params: { programId: payload.program.id } });
    }
  };
  return { create, pending: makeUnit.pending || makeProgram.pending };
}

/** What most programs begin with: one point for every unit of money, for twelve months. */
function firstRules(unit: string, currency: string) {
  return {
    unit,
    rules: [
      {
        id: 'spending',
        name: 'Spending',
        earn: { perAmount: { points: 1, per: 10 ** currencyDigits(currency), currency } },
      },
    ],
    expiry: { policies: [{ monthsAfterEarning: { months: 12 } }] },
  };
}
