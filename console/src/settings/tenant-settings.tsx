import { Autocomplete, NumberInput, SimpleGrid, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import type { Typed } from '../format/amounts.js';
import { tellDone, useChange } from '../graphql/change.js';
import { type ResultOf, graphql } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';
import { userErrors } from '../graphql/user-errors.js';
import { SendForm, accepted } from '../parts/form.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { useViewer } from '../shell/viewer.js';

export const TenantDetails = graphql(`
  query TenantDetails {
    tenant {
      id
      slug
      name
      zone
      currency
      activityDaysBack
    }
  }
`);

const TenantUpdate = graphql(`
  mutation TenantUpdate($input: TenantUpdateInput!) {
    tenantUpdate(input: $input) {
      tenant {
        id
      }
      ${userErrors}
    }
  }
`);

/** The tenant's name, zone, currency, and how old an activity may be. */
export function TenantSettings(): ReactElement {
  const query = useQuery(asking(TenantDetails, {}));
  return (
    <Panel title="Shop">
      <Loaded query={query}>{({ tenant }) => <Form key={tenant.id} tenant={tenant} />}</Loaded>
    </Panel>
  );
}

interface Values {
  name: string;
  zone: string;
  currency: string;
  activityDaysBack: Typed;
}

function Form({ tenant }: { tenant: ResultOf<typeof TenantDetails>['tenant'] }): ReactElement {
  const { may } = useViewer();
  const { name, zone, currency, activityDaysBack } = tenant;
  const form = useForm<Values>({ initialValues: { name, zone, currency, activityDaysBack } });
  const update = useChange(TenantUpdate, ({ tenantUpdate }) => tenantUpdate);
  const writing = may('WRITE_SETTINGS');
  const save = async (values: Values): Promise<void> => {
    const payload = await update.run({
      input: {
        name: values.name.trim(),
        zone: values.zone.trim(),
        currency: values.currency.trim().toUpperCase(),
        activityDaysBack: Number(values.activityDaysBack),
      },
    });
    if (accepted(form, payload)) {
      tellDone('The settings were saved.');
    }
  };
  return (
    <SendForm form={form} send="Save" pending={update.pending} disabled={!writing} onSend={save}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label="Name" readOnly={!writing} {...form.getInputProps('name')} />
        <TextInput label="Short name, which stays" readOnly value={tenant.slug} />
        <Autocomplete
          label="Time zone"
          description="Days, hours and ends go by it"
          data={Intl.supportedValuesOf('timeZone')}
          limit={30}
          readOnly={!writing}
          {...form.getInputProps('zone')}
        />
        <TextInput
          label="Currency"
          description="Its ISO code, such as EUR"
          maxLength={3}
          readOnly={!writing}
          {...form.getInputProps('currency')}
        />
        <NumberInput
          label="Late activities"
          description="How many days ago one may have happened"
          min={0}
          max={36_500}
          allowDecimal={false}
          readOnly={!writing}
          {...form.getInputProps('activityDaysBack')}
        />
      </SimpleGrid>
    </SendForm>
  );
}
