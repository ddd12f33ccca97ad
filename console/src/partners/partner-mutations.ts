import { graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';

export const PartnerCreate = graphql(`
  mutation PartnerCreate($input: PartnerCreateInput!) {
    partnerCreate(input: $input) {
      partner {
        id
      }
      ${userErrors}
    }
  }
`);

export const PartnerRename = graphql(`
  mutation PartnerRename($input: PartnerRenameInput!) {
    partnerRename(input: $input) {
      partner {
        id
      }
      ${userErrors}
    }
  }
`);

export const PartnerFreeze = graphql(`
  mutation PartnerFreeze($input: PartnerFreezeInput!) {
    partnerFreeze(input: $input) {
      partner {
        id
      }
      ${userErrors}
    }
  }
`);

export const PartnerUnfreeze = graphql(`
  mutation PartnerUnfreeze($input: PartnerUnfreezeInput!) {
    partnerUnfreeze(input: $input) {
      partner {
        id
      }
      ${userErrors}
    }
  }
`);

export const PartnerLeave = graphql(`
  mutation PartnerLeave($input: PartnerLeaveInput!) {
    partnerLeave(input: $input) {
      partner {
        id
      }
      ${userErrors}
    }
  }
`);

export const PartnerTermsSave = graphql(`
  mutation PartnerTermsSave($input: PartnerTermsSaveInput!) {
    partnerTermsSave(input: $input) {
      partner {
        id
      }
      ${userErrors}
    }
  }
`);

export const PartnerBlockBuy = graphql(`
  mutation PartnerBlockBuy($input: PartnerBlockBuyInput!) {
    partnerBlockBuy(input: $input) {
      block {
        id
      }
      ${userErrors}
    }
  }
`);

export const PartnerKeyCreate = graphql(`
  mutation PartnerKeyCreate($input: PartnerKeyCreateInput!) {
    partnerKeyCreate(input: $input) {
      key {
        id
      }
      secret
      ${userErrors}
    }
  }
`);

export const PartnerAdjust = graphql(`
  mutation PartnerAdjust($input: PartnerAdjustInput!) {
    partnerAdjust(input: $input) {
      entry {
        id
      }
      ${userErrors}
    }
  }
`);

export const PartnerWebhookDisable = graphql(`
  mutation PartnerWebhookDisable($input: PartnerWebhookDisableInput!) {
    partnerWebhookDisable(input: $input) {
      webhook {
        disabledAt
      }
      ${userErrors}
    }
  }
`);

export const PartnerWebhookEnable = graphql(`
  mutation PartnerWebhookEnable($input: PartnerWebhookEnableInput!) {
    partnerWebhookEnable(input: $input) {
      webhook {
        disabledAt
      }
      ${userErrors}
    }
  }
`);

export const PartnerWebhookRemove = graphql(`
  mutation PartnerWebhookRemove($input: PartnerWebhookRemoveInput!) {
    partnerWebhookRemove(input: $input) {
      ${userErrors}
    }
  }
`);

export const PartnerInvite = graphql(`
  mutation PartnerInvite($input: PartnerInviteInput!) {
    partnerInvite(input: $input) {
      code
      endsAt
      ${userErrors}
    }
  }
`);

export const PartnerShopUnlink = graphql(`
  mutation PartnerShopUnlink($input: PartnerShopUnlinkInput!) {
    partnerShopUnlink(input: $input) {
      partner {
        id
      }
      ${userErrors}
    }
  }
`);
