import { ask } from '../graphql/ask.js';
import { graphql } from '../graphql/graphql.js';
import { memberTitle } from './member-words.js';

export const MemberNames = graphql(`
  query MemberNames($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
      ... on Member {
        externalId
        state
        name
        email
      }
    }
  }
`);

/** As many as the server answers at once. */
const IDS_MAX = 100;

type Names = ReadonlyMap<string, string>;

let gathering: { readonly ids: Set<string>; readonly answer: Promise<Names> } | null = null;

/** What a member is called. All who are asked for before the browser comes to rest are one question to the server. */
export async function memberNameOf(id: string): Promise<string> {
  if (gathering === null || gathering.ids.size === IDS_MAX) {
    const ids = new Set<string>();
    gathering = { ids, answer: namesOf(ids) };
  }
  const { ids, answer } = gathering;
  ids.add(id);
  return (await answer).get(id) ?? 'Member';
}

/** The names of all who are in `ids` by the time the browser has come to rest. */
async function namesOf(ids: ReadonlySet<string>): Promise<Names> {
  await new Promise((resolve) => setTimeout(resolve));
  if (gathering?.ids === ids) {
    gathering = null;
  }
  const { nodes } = await ask(MemberNames, { ids: [...ids] });
  return new Map(nodes.flatMap((node) => (node !== null && 'externalId' in node ? [[node.id, memberTitle(node)] as const] : [])));
}
