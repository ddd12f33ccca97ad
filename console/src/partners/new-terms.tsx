import { Fieldset, NumberInput, Select, SegmentedControl, SimpleGrid, Switch, Text, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import type { ReactElement } from 'react';

import { MICRO_DIGITS, currencyDigits } from '../format/amounts.js';
import { localOf } from '../format/instants.js';
import { tellDone, useChange } from '../graphql/change.js';
import { DialogButton } from '../parts/dialog.js';
import { SendForm, accepted } from '../parts/form.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { PartnerTermsSave } from './partner-mutations.js';
import type { PartnerFields } from './partner-query.js';
import { type TermsValues, currencyOf, microsOf, termsAliases, termsOf, timesOf, valuesOf } from './terms-values.js';

/** Gives a partner new terms, from now on or ahead; they begin as those that hold. */
export function NewTerms({ partner }: { partner: PartnerFields }): ReactElement {
  return (
    <DialogButton label="New terms" title={`New terms for ${partner.name}`} size="lg" button={{ size: 'xs' }}>
      {({ close }) => <TermsForm partner={partner} onClose={close} />}
    </DialogButton>
  );
}

type Form = UseFormReturnType<TermsValues>;

function TermsForm({ partner, onClose }: { partner: PartnerFields; onClose: () => void }): ReactElement {
  const { tenant } = useViewer();
  const { unit } = partner;
  const form = useForm<TermsValues>({
    initialValues: valuesOf(partner.terms ?? partner.termsHistory[0] ?? null, tenant.currency, unit.scale),
    validate: {
      issuePrice: (typed) => priceError(typed),
      reimbursementPrice: (typed) => priceError(typed),
      currency: (text) => (/^[A-Za-z]{3}$/.test(text.trim()) ? null : 'Three letters, such as EUR.'),
    },
  });
  const save = useChange(PartnerTermsSave, ({ partnerTermsSave }) => partnerTermsSave);
  const send = async (values: TermsValues): Promise<void> => {
    const payload = await save.run({
      input: { id: partner.id, terms: termsOf(values, unit.scale), ...timesOf(values, tenant.zone) },
    });
    if (accepted(form, payload, termsAliases)) {
      tellDone(values.validFrom === '' ? 'The new terms hold.' : 'The new terms are kept until they begin.');
      onClose();
    }
  };
  return (
    <SendForm form={form} send="Save the terms" pending={save.pending} onSend={send} onCancel={onClose}>
      <Prices form={form} partner={partner} />
      <Payment form={form} partner={partner} />
      <Fieldset legend="What it may do">
        <SimpleGrid cols={{ base: 1, xs: 2 }} mb="sm">
          <Switch label={`Issue ${unit.namePlural}`} {...form.getInputProps('earn', { type: 'checkbox' })} />
          <Switch label={`Take ${unit.namePlural}`} {...form.getInputProps('burn', { type: 'checkbox' })} />
        </SimpleGrid>
        <Caps form={form} scale={unit.scale} />
      </Fieldset>
      <Fieldset legend="When they hold">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            type="datetime-local"
            label="From"
            description="Empty: from now on"
            min={localOf(tenant.now, tenant.zone)}
            {...form.getInputProps('validFrom')}
          />
          <TextInput
            type="datetime-local"
            label="Until"
            description="Empty: until the next ones"
            min={localOf(tenant.now, tenant.zone)}
            {...form.getInputProps('validUntil')}
          />
        </SimpleGrid>
      </Fieldset>
    </SendForm>
  );
}

function Prices({ form, partner: { unit } }: { form: Form; partner: PartnerFields }): ReactElement {
  const price = {
    description: `Per ${unit.name}`,
    min: 0,
    decimalScale: MICRO_DIGITS - unit.scale,
    thousandSeparator: ',',
  };
  return (
    <Fieldset legend="Prices">
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <NumberInput label="It pays" data-autofocus {...price} {...form.getInputProps('issuePrice')} />
        <NumberInput label="It gets" {...price} {...form.getInputProps('reimbursementPrice')} />
        <TextInput label="Currency" description="ISO code" maxLength={3} {...form.getInputProps('currency')} />
      </SimpleGrid>
      <Text size="xs" c="dimmed" mt="xs" aria-live="polite">
        <Margin values={form.values} unit={unit} />
      </Text>
    </Fieldset>
  );
}

/** What the two prices come to, in words. */
function Margin({ values, unit }: { values: TermsValues; unit: PartnerFields['unit'] }): ReactElement | null {
  const { micros, percent } = useFormats();
  const [pays, gets] = [microsOf(values.issuePrice), microsOf(values.reimbursementPrice)];
  const currency = currencyOf(values);
  if (pays === null || gets === null || !/^[A-Z]{3}$/.test(currency)) {
    return null;
  }
  const thousand = `For 1,000 ${unit.namePlural} it pays ${micros({ amount: pays * 1000, currency })}, and gets ${micros({ amount: gets * 1000, currency })} for as many that are spent there.`;
  if (pays < gets) {
    return <>{thousand} You add {micros({ amount: gets - pays, currency })} to each.</>;
  }
  return pays === 0 ? (
    <>{thousand}</>
  ) : (
    <>
      {thousand} {micros({ amount: pays - gets, currency })} of each is yours ({percent((pays - gets) / pays)}).
    </>
  );
}

function Payment({ form, partner: { unit } }: { form: Form; partner: PartnerFields }): ReactElement {
  const digits = currencyDigits(currencyOf(form.values));
  const currency = currencyOf(form.values);
  const money = { min: 0, decimalScale: digits, thousandSeparator: ',' };
  return (
    <Fieldset legend="How it pays">
      <SegmentedControl
        aria-label="How it pays"
        fullWidth
        mb="sm"
        data={[
          { value: 'AFTERWARDS', label: 'Afterwards' },
          { value: 'AHEAD', label: 'Ahead, in blocks' },
        ]}
        {...form.getInputProps('paid')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {form.values.paid === 'AHEAD' ? (
          <NumberInput
            label={`Tell it below, ${unit.namePlural}`}
            description="When fewer are left; empty: never"
            min={0}
            decimalScale={unit.scale}
            thousandSeparator=","
            {...form.getInputProps('blockAlert')}
          />
        ) : (
          <NumberInput
            label={`May owe at most, ${currency}`}
            description="Then it issues no more; empty: no limit"
            {...money}
            {...form.getInputProps('creditLimit')}
          />
        )}
        <Select
          label="Settled"
          description="A settlement is drafted after each"
          data={[
            { value: 'DAY', label: 'By the day' },
            { value: 'WEEK', label: 'By the week' },
            { value: 'MONTH', label: 'By the month' },
            { value: 'QUARTER', label: 'By the quarter' },
            { value: 'YEAR', label: 'By the year' },
          ]}
          allowDeselect={false}
          {...form.getInputProps('period')}
        />
        <NumberInput label={`Carry on below, ${currency}`} description="Left for the next settlement" {...money} {...form.getInputProps('minimumDue')} />
        <NumberInput label={`Fee, ${currency}`} description="Once a period; empty: none" {...money} {...form.getInputProps('fee')} />
        <Select
          label="Promotions are paid"
          description="What campaigns and tiers add"
          data={[
            { value: 'OPERATOR', label: 'by you' },
            { value: 'PARTNER', label: 'by the partner' },
          ]}
          allowDeselect={false}
          {...form.getInputProps('promotions')}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

function Caps({ form, scale }: { form: Form; scale: number }): ReactElement {
  const cap = { min: 0, decimalScale: scale, thousandSeparator: ',', placeholder: 'Any number' };
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <NumberInput label="Issues a day, at most" {...cap} {...form.getInputProps('issuedPerDay')} />
      <NumberInput label="… to one member" {...cap} {...form.getInputProps('issuedPerMemberPerDay')} />
      <NumberInput label="Takes a day, at most" {...cap} {...form.getInputProps('takenPerDay')} />
      <NumberInput label="… of one member" {...cap} {...form.getInputProps('takenPerMemberPerDay')} />
      <NumberInput
        label="Hours that others’ points wait"
        description="Against theft: what other partners just gave is not spent there"
        min={1}
        max={8_784}
        allowDecimal={false}
        placeholder="None"
        {...form.getInputProps('holdHours')}
      />
    </SimpleGrid>
  );
}

function priceError(typed: TermsValues['issuePrice']): string | null {
  const micros = microsOf(typed);
  return micros === null || micros < 0 ? 'Enter a price, 0 or more.' : null;
}
