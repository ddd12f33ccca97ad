import type { InputOf } from '../graphql/graphql.js';


/** What the form of a member holds. */
export interface MemberValues {
  name: string;
  email: string;
  phone: string;
  externalId: string;
  locale: string;
  birthday: string;
  tags: string[];
}

type MemberUpsertInput = InputOf<'MemberUpsertInput'>;

export const noMember: MemberValues = {
  name: '',
  email: '',
  phone: '',
  externalId: '',
  locale: '',
  birthday: '',
  tags: [],
};

/** A member as the form shows them. */
export function toMemberValues(member: {
  readonly [Field in Exclude<keyof MemberValues, 'tags'>]: string | null;
} & { readonly tags: readonly string[] }): MemberValues {
  return {
    name: member.name ?? '',
    email: member.email ?? '',
    phone: member.phone ?? '',
    externalId: member.externalId ?? '',
    locale: member.locale ?? '',
    birthday: member.birthday ?? '',
    tags: [...member.tags],
  };
}

/** The mutation's input. An emptied field takes what stood there away; of a new member it is not given. */
export function toMemberInput(id: string | null, values: MemberValues): MemberUpsertInput {
  const { tags, ...texts } = values;
  const given = Object.entries(texts).map(([field, text]) => [field, text.trim() === '' ? null : text.trim()] as const);
  const kept = id === null ? given.filter(([, text]) => text !== null) : given;
  return { ...(id === null ? {} : { id }), ...Object.fromEntries(kept), tags };
}

/** What is wrong with the form, field by field. */
export function checkMember({ name, email, phone, externalId }: MemberValues): Record<string, string | null> {
  const nothing = [name, email, phone, externalId].every((text) => text.trim() === '');
  return {
    name: nothing ? 'Enter a name, or something else to know them by.' : null,
    email: email.trim() === '' || /^\S+@\S+$/.test(email.trim()) ? null : 'Enter an e-mail address, such as ada@example.com.',
  };
}
