import { Alert, NumberInput, Progress, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAlertTriangle, IconStack2 } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { type Typed, toSmallest } from '../format/amounts.js';
import type { UnitWords } from '../format/formats.js';
import { tellDone, useChange } from '../graphql/change.js';
import { wasRefused } from '../graphql/user-errors.js';
import { type Dialog, DialogButton } from '../parts/dialog.js';
import { Empty } from '../parts/empty.js';
import { SendForm, accepted } from '../parts/form.js';
import { Line } from '../parts/line.js';
import { Panel } from '../parts/panel.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { PartnerBlockBuy } from './partner-mutations.js';
import type { Block, PartnerFields } from './partner-query.js';

/** The blocks of points that a partner paid ahead, the earliest first: it is used first. */
export function BlocksPanel({ partner }: { partner: PartnerFields }): ReactElement {
  const { may } = useViewer();
  const { named } = useFormats();
  const { blocks, unit, terms } = partner;
  const left = blocks.reduce((sum, { remaining }) => sum + remaining, 0);
  const low = terms?.prepaid === true && left < (terms.blockAlert ?? 0);
  return (
    <Panel
      title="Blocks"
      about={`${named(left, unit)} left of what it paid ahead.`}
      actions={may('WRITE_PARTNERS') && terms?.prepaid === true && partner.state === 'ACTIVE' && <BuyBlock partner={partner} />}
    >
      {blocks.length === 0 ? (
        <Empty icon={IconStack2} title="No block yet">
          It issues only what it paid ahead. Until it has a block, what its members buy there earns nothing.
        </Empty>
      ) : (
        <Stack>
          {low && (
            <Alert color="orange" icon={<IconAlertTriangle />} title="Fewer than its terms want">
              Below {named(terms.blockAlert ?? 0, unit)} it is told. Without any left, it issues nothing more.
            </Alert>
          )}
          {blocks.map((block) => (
            <OneBlock key={block.id} block={block} unit={unit} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

/** A block with what is left of it. */
export function OneBlock({ block, unit }: { block: Block; unit: UnitWords }): ReactElement {
  const { named, points, micros, dayOf } = useFormats();
  const { currency, priceMicros, note } = block;
  const left = `${points(block.remaining, unit)} of ${named(block.points, unit)} left`;
  const about = `${dayOf(block.boughtAt)}, at ${micros({ amount: priceMicros * 10 ** unit.scale, currency })} per ${unit.name}`;
  return (
    <div>
      <Line about={about} right={<Text size="sm">{micros({ amount: priceMicros * block.points, currency })}</Text>}>
        {note === '' ? left : `${note}: ${left}`}
      </Line>
      <Progress value={(block.remaining / block.points) * 100} aria-label={left} size="sm" mt={4} />
    </div>
  );
}

function BuyBlock({ partner }: { partner: PartnerFields }): ReactElement {
  return (
    <DialogButton label="Buy block" title={`A block for ${partner.name}`} button={{ size: 'xs' }}>
      {(dialog) => <BuyForm partner={partner} dialog={dialog} />}
    </DialogButton>
  );
}

interface Values {
  points: Typed;
  note: string;
}

function BuyForm({ partner, dialog: { close, idempotencyKey, renewKey } }: { partner: PartnerFields; dialog: Dialog }): ReactElement {
  const { named, micros } = useFormats();
  const { unit, terms } = partner;
  const form = useForm<Values>({
    initialValues: { points: '', note: '' },
    validate: { points: (typed) => ((toSmallest(typed, unit.scale) ?? 0) > 0 ? null : 'Enter how many, above zero.') },
  });
  const buy = useChange(PartnerBlockBuy, ({ partnerBlockBuy }) => partnerBlockBuy);
  const points = toSmallest(form.values.points, unit.scale) ?? 0;
  const price = terms === null ? 0 : Math.round((points * terms.issuePriceMicros) / 10 ** unit.scale);
  const send = async ({ note }: Values): Promise<void> => {
    const payload = await buy.run({ input: { idempotencyKey, id: partner.id, points, note: note.trim() } });
    if (accepted(form, payload)) {
      tellDone('The block is there, and the partner owes its price.');
      close();
    } else if (wasRefused(payload)) {
      renewKey();
    }
  };
  return (
    <SendForm form={form} send={points > 0 ? `Buy ${named(points, unit)}` : 'Buy'} pending={buy.pending} onSend={send} onCancel={close}>
      <Text size="sm" aria-live="polite">
        {points > 0 && terms !== null
          ? `It will owe ${micros({ amount: price, currency: terms.currency })}, which is settled with its period.`
          : 'At the price of its terms of now; the earliest block is used first.'}
      </Text>
      <NumberInput
        label={unit.namePlural.charAt(0).toUpperCase() + unit.namePlural.slice(1)}
        min={0}
        decimalScale={unit.scale}
        thousandSeparator=","
        data-autofocus
        {...form.getInputProps('points')}
      />
      <TextInput label="Note" description="To know it by" maxLength={200} {...form.getInputProps('note')} />
    </SendForm>
  );
}
