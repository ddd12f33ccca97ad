import { graphql } from '../../graphql/graphql.js';

const pageInfo = `
  pageInfo {
    hasNextPage
    endCursor
  }
` as const;

export const TierMembers = graphql(`
  query TierMembers($programId: ID!, $tier: String!, $after: String) {
    tierMembers(programId: $programId, tier: $tier, first: 25, after: $after) {
      nodes {
        memberId
        since
        until
        reason
      }
      ${pageInfo}
    }
  }
`);

export const PlanMembers = graphql(`
  query PlanMembers($programId: ID!, $plan: String!, $after: String) {
    memberships(programId: $programId, plan: $plan, first: 25, after: $after) {
      nodes {
        id
        memberId
        state
        startsAt
        endsAt
        renews
      }
      ${pageInfo}
    }
  }
`);

export const TaskMembers = graphql(`
  query TaskMembers($programId: ID!, $task: String!, $state: TaskState!, $after: String) {
    taskMembers(programId: $programId, task: $task, state: $state, first: 25, after: $after) {
      nodes {
        memberId
        began
        startsAt
        endsAt
        doneAt
        times
      }
      ${pageInfo}
    }
  }
`);
