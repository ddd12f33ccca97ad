import { type ResultOf, graphql } from '../../graphql/graphql.js';
import { userErrors } from '../../graphql/user-errors.js';
import { UnitFields } from '../../parts/units.js';

const ReplayFields = graphql(`
  fragment ReplayFields on ProgramReplay {
    id
    programId
    versionNumber
    since
    until
    state
    activities
    played
    askedAt
    askedBy {
      kind
      name
    }
    finishedAt
  }
`);

/** What is replayed, what was before, and by which names tiers and rewards are told. */
export const ReplayOverview = graphql(
  `
    query ReplayOverview($programId: ID!) {
      program(id: $programId) {
        id
        name
        state
        live {
          number
        }
        draft {
          id
          number
          savedAt
          rules {
            tiered {
              tiers {
                id
                name
              }
            }
          }
        }
      }
      replays(programId: $programId, first: 10) {
        nodes {
          ...ReplayFields
        }
      }
      programs(first: 100) {
        nodes {
          id
          name
          live {
            rules {
              tiered {
                tiers {
                  id
                  name
                }
              }
            }
          }
        }
      }
    }
  `,
  [ReplayFields],
);

const ReplayMemberFields = graphql(`
  fragment ReplayMemberFields on ReplayMember {
    memberId
    before
    after
    difference
  }
`);

/** A replay, how far it is, and what came of it. */
export const ReplayDetails = graphql(
  `
    query ReplayDetails($id: ID!) {
      replay(id: $id) {
        ...ReplayFields
        result {
          activities
          members
          units {
            unit {
              ...UnitFields
            }
            before
            after
            difference
            worthBefore {
              amount
              currency
            }
            worthAfter {
              amount
              currency
            }
            membersMore
            membersLess
            gainers {
              ...ReplayMemberFields
            }
            losers {
              ...ReplayMemberFields
            }
          }
          tierMoves {
            programId
            before
            after
            members
          }
          rewards {
            reward
            before
            after
          }
          unplayed
        }
      }
    }
  `,
  [ReplayFields, ReplayMemberFields, UnitFields],
);

/** The names of rewards, for those that a replay gave. */
export const RewardNames = graphql(`
  query RewardNames {
    rewards(first: 100, archived: true) {
      nodes {
        slug
        name
      }
    }
  }
`);

export const ProgramReplay = graphql(`
  mutation ProgramReplay($input: ProgramReplayInput!) {
    programReplay(input: $input) {
      replay {
        id
      }
      ${userErrors}
    }
  }
`);

export const ProgramReplayCancel = graphql(`
  mutation ProgramReplayCancel($input: ProgramReplayCancelInput!) {
    programReplayCancel(input: $input) {
      replay {
        id
      }
      ${userErrors}
    }
  }
`);

export type Overview = ResultOf<typeof ReplayOverview>;
export type Replay = ResultOf<typeof ReplayFields>;
export type ReplayResult = NonNullable<NonNullable<ResultOf<typeof ReplayDetails>['replay']>['result']>;
export type ReplayUnit = ReplayResult['units'][number];

/** Whether a replay has yet to come to its end. */
export function isOpen({ state }: Pick<Replay, 'state'>): boolean {
  return state === 'WAITING' || state === 'RUNNING';
}
