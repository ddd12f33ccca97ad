import { Group, Radio, ScrollArea, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { slugOf } from '../format/keys.js';
import { tellDone, useChange } from '../graphql/change.js';
import { graphql } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { userErrors } from '../graphql/user-errors.js';
import { DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { Loaded } from '../parts/loaded.js';
import { type UnitChoice, UnitUpsert, Units } from '../parts/units.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import classes from './editor/editor.module.css';
import { findings } from './findings.js';
import { type Kind, kinds } from './kinds.js';
import { tellFindings } from './tell-findings.js';

export const ProgramCreate = graphql(`
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

/** Makes a program: its kind, a name and a unit, with first rules to begin with; then its editor opens. */
export function AddProgram(): ReactElement {
  const units = useQuery(asking(Units, {}));
  return (
    <DialogButton label="Add program" size="lg">
      {({ close }) => (
        <Loaded query={units}>{({ units: choices }) => <AddForm units={choices} onClose={close} />}</Loaded>
      )}
    </DialogButton>
  );
}

interface Values {
  kind: Kind;
  name: string;
  unit: string;
  unitName: string;
  unitPlural: string;
  reviewer: string;
}

function AddForm({ units, onClose }: { units: readonly UnitChoice[]; onClose: () => void }): ReactElement {
  const { tenant } = useViewer();
  const fitting = (kind: Kind): readonly UnitChoice[] =>
    units.filter(({ currency }) => currency === (kinds[kind].unit.money ? tenant.currency : null));
  const unitsOf = (kind: Kind): Pick<Values, 'unit' | 'unitName' | 'unitPlural'> => {
    const { name, namePlural } = kinds[kind].unit;
    const own = fitting(kind).find((unit) => unit.namePlural === namePlural) ?? (kind === 'GAME' ? null : fitting(kind)[0]);
    return { unit: own?.slug ?? NEW_UNIT, unitName: name, unitPlural: namePlural };
  };
  const form = useForm<Values>({
    initialValues: { kind: 'POINTS', name: '', reviewer: '', ...unitsOf('POINTS') },
    validate: {
      name: (name) => (name.trim() === '' ? 'Enter a name.' : null),
      reviewer: (by, values) => (values.kind === 'GAME' && by.trim() === '' ? 'A game needs it; the law differs by place.' : null),
    },
  });
  const { kind } = form.values;
  const { create, pending } = useCreate(form, units.find(({ currency }) => currency === null)?.slug);
  return (
    <SendForm form={form} send="Add" pending={pending} onSend={create} onCancel={onClose}>
      <KindChoice
        value={kind}
        onChange={(chosen) => form.setValues({ kind: chosen, ...unitsOf(chosen) })}
      />
      <TextInput label="Name" description="As members read it" {...form.getInputProps('name')} />
      <Select
        label={kinds[kind].unit.label}
        description={kinds[kind].unit.money ? `A unit of ${tenant.currency}` : 'What it issues, or is about'}
        allowDeselect={false}
        data={[
          ...fitting(kind).map(({ slug, namePlural }) => ({ value: slug, label: namePlural })),
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
      {kind === 'GAME' && (
        <TextInput
          label="Its terms were reviewed for the law by"
          description="As of today; the day and the rest can be changed in the rules"
          {...form.getInputProps('reviewer')}
        />
      )}
    </SendForm>
  );
}

function KindChoice({ value, onChange }: { value: Kind; onChange: (kind: Kind) => void }): ReactElement {
  return (
    <Radio.Group label="Kind" value={value} onChange={(kind) => onChange(kind as Kind)}>
      <ScrollArea.Autosize mah={340} mt={4} type="auto" offsetScrollbars="y">
        <Stack gap={6}>
          {(Object.keys(kinds) as Kind[]).map((kind) => {
            const { name, about, icon: Picture } = kinds[kind];
            return (
              <Radio.Card key={kind} value={kind} p="sm" radius="md" className={classes['kind'] ?? ''} aria-label={`${name}: ${about}`}>
                <Group wrap="nowrap" align="flex-start" gap="sm">
                  <Radio.Indicator mt={2} />
                  <Picture size={22} stroke={1.6} aria-hidden className={classes['picture'] ?? ''} />
                  <div>
                    <Text fw={600} size="sm">
                      {name}
                    </Text>
                    <Text size="sm" c="dimmed">
                      {about}
                    </Text>
                  </div>
                </Group>
              </Radio.Card>
            );
          })}
        </Stack>
      </ScrollArea.Autosize>
    </Radio.Group>
  );
}

/** Makes the unit, if it is a new one, then the program. `points` is a unit of points that there is already. */
function useCreate(form: UseFormReturnType<Values>, points: string | undefined) {
  const { tenant } = useViewer();
  const { isoDay } = useFormats();
  const navigate = useNavigate();
  const makeUnit = useChange(UnitUpsert, ({ unitUpsert }) => unitUpsert);
  const makeProgram = useChange(ProgramCreate, ({ programCreate }) => programCreate);
  const create = async (values: Values): Promise<void> => {
    const { unit: { money }, first } = kinds[values.kind];
    const unit = values.unit === NEW_UNIT ? slugOf(values.unitPlural) : values.unit;
    if (values.unit === NEW_UNIT) {
      const made = await makeUnit.run({
        input: {
          slug: unit,
          name: values.unitName.trim(),
          namePlural: values.unitPlural.trim(),
          currency: money ? tenant.currency : null,
        },
      });
      if (!accepted(form, made, { name: 'unitName', namePlural: 'unitPlural', slug: 'unitPlural' })) {
        return;
      }
    }
    const payload = await makeProgram.run({
      input: {
        slug: slugOf(values.name),
        name: values.name.trim(),
        rules: first({
          unit,
          points: points ?? unit,
          currency: tenant.currency,
          today: isoDay(tenant.now),
          reviewer: values.reviewer.trim(),
        }),
      },
    });
    if (tellFindings(payload) && accepted(form, payload, { slug: 'name' }) && payload?.program) {
      tellDone('The program was added.');
      await navigate({ to: '/programs/$programId/draft', params: { programId: payload.program.id } });
    }
  };
  return { create, pending: makeUnit.pending || makeProgram.pending };
}
