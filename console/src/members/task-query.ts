import { type ResultOf, graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';

/** The tasks of the programs that run, with how each begins and how many places there are. */
export const TaskChoices = graphql(`
  query TaskChoices {
    programs(state: LIVE, first: 100) {
      nodes {
        id
        name
        tasks {
          task
          name
          begins
          slots
          slotsTaken
        }
      }
    }
  }
`);

export const TaskAssign = graphql(`
  mutation TaskAssign($input: TaskAssignInput!) {
    taskAssign(input: $input) {
      tasks {
        task
      }
      ${userErrors}
    }
  }
`);

export const TaskClaim = graphql(`
  mutation TaskClaim($input: TaskClaimInput!) {
    taskClaim(input: $input) {
      tasks {
        task
      }
      ${userErrors}
    }
  }
`);

export const TaskWithdraw = graphql(`
  mutation TaskWithdraw($input: TaskWithdrawInput!) {
    taskWithdraw(input: $input) {
      tasks {
        task
      }
      ${userErrors}
    }
  }
`);

export type ProgramTasks = ResultOf<typeof TaskChoices>['programs']['nodes'][number];
