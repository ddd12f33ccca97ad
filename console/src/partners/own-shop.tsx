import { List, Modal, Stack, Text } from '@mantine/core';
import { type ReactElement, useState } from 'react';

import { tellDone, tellRefusals, useChange } from '../graphql/change.js';
import { ConfirmButton } from '../parts/dialog.js';
import { Panel } from '../parts/panel.js';
import { Secret } from '../parts/secret.js';
import { useFormats, useViewer } from '../shell/viewer.js';
import { PartnerInvite, PartnerShopUnlink } from './partner-mutations.js';
import type { PartnerFields } from './partner-query.js';

interface Invitation {
  readonly code: string;
  readonly endsAt: string;
}

/** Whether the partner is a shop with a console of its own here, and how it comes to be one, or no longer. */
export function OwnShop({ partner }: { partner: PartnerFields }): ReactElement | null {
  const { may } = useViewer();
  const [made, setMade] = useState<Invitation | null>(null);
  const { shop, state, unit } = partner;
  if (shop === null && state === 'LEFT') {
    return null;
  }
  return (
    <Panel
      title="Own shop"
      actions={may('WRITE_PARTNERS') && (shop === null ? <Invite partner={partner} onMade={setMade} /> : <Unlink partner={partner} shop={shop} />)}
    >
      {made !== null && <ShowInvitation partner={partner} made={made} onDone={() => setMade(null)} />}
      {shop === null ? (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          Has {partner.name} a shop on Guerdon? Linked with it, it sees its terms, position and settlements in its own console, and
          its members can turn their points into {unit.namePlural} and back in one step.
        </Text>
      ) : (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          Linked with <strong>{shop}</strong>. It sees here what is this partner’s, and nothing else of yours; you see nothing of its
          members.
        </Text>
      )}
    </Panel>
  );
}

function Invite({ partner, onMade }: { partner: PartnerFields; onMade: (made: Invitation) => void }): ReactElement {
  const invite = useChange(PartnerInvite, ({ partnerInvite }) => partnerInvite);
  return (
    <ConfirmButton
      label="Invite shop"
      title={`Invite the shop of ${partner.name}?`}
      confirm="Make the code"
      button={{ size: 'xs', variant: 'default' }}
      onConfirm={async () => {
        const payload = await invite.run({ input: { id: partner.id } });
        if (!tellRefusals(payload) || payload === null || payload.code === null || payload.endsAt === null) {
          return false;
        }
        onMade({ code: payload.code, endsAt: payload.endsAt });
        return true;
      }}
    >
      You get a code for its staff, which is good once, for seven days. A code that was made before ends. Whoever joins with it sees
      the partner’s terms and settlements, so send it to nobody else.
    </ConfirmButton>
  );
}

/** A code just made. It is the panel’s, so that a click beside it does not lose it. */
function ShowInvitation({ partner, made: { code, endsAt }, onDone }: { partner: PartnerFields; made: Invitation; onDone: () => void }): ReactElement {
  const { tenant } = useViewer();
  const { instant } = useFormats();
  return (
    <Modal opened onClose={onDone} title={`The code for ${partner.name}`} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Secret label={`Good once, until ${instant(endsAt)}`} value={code} onDone={onDone}>
        <List size="sm" type="ordered" spacing={4}>
          <List.Item>Send it to {partner.name}.</List.Item>
          <List.Item>
            An owner or admin of the shop opens <strong>Coalitions</strong> in {tenant.isSandbox ? 'its sandbox' : 'its live console'} and
            enters it.
          </List.Item>
          <List.Item>Once it has joined, its name stands here.</List.Item>
        </List>
      </Secret>
    </Modal>
  );
}

function Unlink({ partner, shop }: { partner: PartnerFields; shop: string }): ReactElement {
  const unlink = useChange(PartnerShopUnlink, ({ partnerShopUnlink }) => partnerShopUnlink);
  return (
    <ConfirmButton
      label="Unlink"
      title={`Unlink ${shop}?`}
      color="red"
      button={{ size: 'xs', variant: 'default', c: 'red' }}
      onConfirm={async () => {
        const done = tellRefusals(await unlink.run({ input: { id: partner.id } }));
        if (done) {
          tellDone('The shop is unlinked.');
        }
        return done;
      }}
    >
      <Stack gap="xs">
        <Text size="sm">
          {shop} no longer sees its terms, position, settlements and statements, and conversions no longer move its own points.
        </Text>
        <Text size="sm">
          {partner.name} stays your partner, with its keys, its members, its {partner.unit.namePlural} and what is owed. To be linked
          again the shop needs a new code.
        </Text>
      </Stack>
    </ConfirmButton>
  );
}
