import { NumberInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import type { Typed } from '../format/amounts.js';
import { slugOf } from '../format/keys.js';
import { tellDone, useChange } from '../graphql/change.js';
import { asking } from '../graphql/queries.js';
import { DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { type Column, PlainRows } from '../parts/table.js';
import { type UnitChoice, UnitUpsert, Units } from '../parts/units.js';
import { useViewer } from '../shell/viewer.js';

/** What the tenant's programs count in: points, stars, money. */
export function UnitSettings(): ReactElement {
  const { may } = useViewer();
  const query = useQuery(asking(Units, {}));
  const writing = may('WRITE_PROGRAMS');
  return (
    <Panel title="Units" about="What programs count in." actions={writing && <UnitDialog unit={null} />}>
      <Loaded query={query} lines={2}>
        {({ units }) => <PlainRows label="Units" columns={writing ? [...columns, edit] : columns} rows={units} />}
      </Loaded>
    </Panel>
  );
}

const columns: readonly Column<UnitChoice>[] = [
  { title: 'Name', cell: ({ namePlural }) => namePlural },
  { title: 'In rules', cell: ({ slug }) => slug },
  { title: 'Counts', cell: ({ currency, scale }) => currency ?? (scale === 0 ? 'whole ones' : `${scale} decimals`) },
];

const edit: Column<UnitChoice> = { title: 'Actions', cell: (unit) => <UnitDialog unit={unit} /> };

function UnitDialog({ unit }: { unit: UnitChoice | null }): ReactElement {
  return (
    <DialogButton
      label={unit === null ? 'Add unit' : 'Edit'}
      title={unit === null ? 'Add unit' : `Edit ${unit.namePlural}`}
      button={{ variant: 'default', size: unit === null ? 'xs' : 'compact-sm' }}
    >
      {({ close }) => <UnitForm unit={unit} onClose={close} />}
    </DialogButton>
  );
}

interface Values {
  name: string;
  namePlural: string;
  currency: string;
  scale: Typed;
}

function UnitForm({ unit, onClose }: { unit: UnitChoice | null; onClose: () => void }): ReactElement {
  const { name = '', namePlural = '', scale = 0, currency } = unit ?? {};
  const form = useForm<Values>({
    initialValues: { name, namePlural, scale, currency: currency ?? '' },
    validate: {
      name: (text) => (text.trim() === '' ? 'Enter what one of them is called.' : null),
      namePlural: (text) => (text.trim() === '' ? 'Enter what several are called.' : null),
    },
  });
  const upsert = useChange(UnitUpsert, ({ unitUpsert }) => unitUpsert);
  const isMoney = form.values.currency.trim() !== '';
  const save = async (values: Values): Promise<void> => {
    const payload = await upsert.run({
      input: {
        slug: unit?.slug ?? slugOf(values.namePlural),
        name: values.name.trim(),
        namePlural: values.namePlural.trim(),
        scale: isMoney ? null : Number(values.scale),
        currency: isMoney ? values.currency.trim().toUpperCase() : null,
      },
    });
    if (accepted(form, payload, { slug: 'namePlural' })) {
      tellDone('The unit was saved.');
      onClose();
    }
  };
  return (
    <SendForm form={form} send="Save" pending={upsert.pending} onSend={save} onCancel={onClose}>
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="One of them" placeholder="point" data-autofocus {...form.getInputProps('name')} />
          <TextInput label="Several of them" placeholder="points" {...form.getInputProps('namePlural')} />
          <TextInput
            label="Currency"
            description="Of money only, such as EUR"
            maxLength={3}
            {...form.getInputProps('currency')}
          />
          {!isMoney && (
            <NumberInput
              label="Decimals"
              description="Stay once they moved"
              min={0}
              max={6}
              allowDecimal={false}
              {...form.getInputProps('scale')}
            />
          )}
        </SimpleGrid>
      </Stack>
    </SendForm>
  );
}
