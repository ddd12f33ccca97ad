import { type ResultOf, graphql } from '../graphql/graphql.js';

export const OverviewFigures = graphql(`
  query OverviewFigures($days: Int!) {
    overview(days: $days) {
      members
      membersActive
      membersNew
      activities
      redemptions
      units {
        unit {
          id
          name
          namePlural
          scale
          currency
        }
        outstanding
        pending
        liability {
          amount
          currency
        }
        days {
          date
          issued
          redeemed
          expired
        }
      }
      oldestDueJob {
        name
        dueAt
      }
    }
    programs(first: 1) {
      nodes {
        id
        state
      }
    }
    rewards(first: 1) {
      nodes {
        id
      }
    }
  }
`);

export type Figures = ResultOf<typeof OverviewFigures>;
export type UnitFigures = Figures['overview']['units'][number];
export type Day = UnitFigures['days'][number];
