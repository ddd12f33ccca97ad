import { graphql } from './graphql.js';
import type { ResultOf } from './graphql.js';

/** The member's tiers and perks. */
export const TierDocument = graphql(`
  query GuerdonTier {
    me {
      id
      tiers {
        programId
        name
        until
        nextName
        ways { allOf { metric atLeast has } }
        countsUntil
      }
      entitlements { programId perk name limit left }
      balances { unit { id slug name namePlural scale } }
    }
  }
`);

/** The member's tasks and badges. */
export const TasksDocument = graphql(`
  query GuerdonTasks {
    me {
      id
      tasks { programId task name state endsAt steps { behaviour target has met } slotsLeft }
      badges { programId badge name times }
    }
  }
`);

/** A task claimed. */
export const ClaimDocument = graphql(`
  mutation GuerdonClaim($input: TaskClaimInput!) {
    taskClaim(input: $input) {
      tasks { task }
      userErrors { code field message }
    }
  }
`);

/** The causes with what was raised, and what the member can give. */
export const CausesDocument = graphql(`
  query GuerdonCauses {
    causes {
      programId
      slug
      name
      description
      open
      unit { id name namePlural scale }
      minimum
      step
      minimumWorth { amount currency }
      donations
      raised { amount currency }
      goal { amount currency }
    }
    me {
      id
      balances { unit { id } available }
    }
  }
`);

/** Points given to a cause. */
export const DonateDocument = graphql(`
  mutation GuerdonDonate($input: DonateInput!) {
    donate(input: $input) {
      donation { number value { amount currency } matched { amount currency } }
      userErrors { code field message }
    }
  }
`);

/** The plans for sale, and what the member has of them. */
export const MembershipDocument = graphql(`
  query GuerdonMembership {
    membershipPlans {
      programId
      plan
      name
      price { amount currency }
      period
      trialMonths
      brings
    }
    me {
      id
      memberships { id programId plan name state endsAt renews }
    }
  }
`);

/** A plan joined: at once, or on the page that is answered. */
export const JoinDocument = graphql(`
  mutation GuerdonJoin($input: MembershipJoinInput!) {
    membershipJoin(input: $input) {
      membership { id }
      checkout { url }
      userErrors { code field message }
    }
  }
`);

/** A membership cancelled. */
export const LeaveDocument = graphql(`
  mutation GuerdonLeave($input: MembershipCancelInput!) {
    membershipCancel(input: $input) {
      membership { id }
      userErrors { code field message }
    }
  }
`);

/** The games with their odds, and the plays that the member has. */
export const GamesDocument = graphql(`
  query GuerdonGames {
    games {
      programId
      name
      type
      open
      odds { prize name percent }
      rulesPath
      verifyPath
      commitment
      playsLeft
      nextPlayId
      freePlays
    }
  }
`);

/** A play taken and drawn for. */
export const PlayDocument = graphql(`
  mutation GuerdonPlay($input: GamePlayInput!) {
    gamePlay(input: $input) {
      play { name won }
      userErrors { code field message }
    }
  }
`);

/** The free plays of the day or week taken. */
export const FreePlaysDocument = graphql(`
  mutation GuerdonFreePlays($input: GameFreePlaysTakeInput!) {
    gameFreePlaysTake(input: $input) {
      balances { available }
      userErrors { code field message }
    }
  }
`);

export type GamesData = ResultOf<typeof GamesDocument>;
export type Game = GamesData['games'][number];
export type TierData = ResultOf<typeof TierDocument>;
export type TasksData = ResultOf<typeof TasksDocument>;
export type CausesData = ResultOf<typeof CausesDocument>;
export type MembershipData = ResultOf<typeof MembershipDocument>;
export type Tier = NonNullable<TierData['me']>['tiers'][number];
export type Task = NonNullable<TasksData['me']>['tasks'][number];
export type Cause = CausesData['causes'][number];
export type Plan = MembershipData['membershipPlans'][number];
export type Membership = NonNullable<MembershipData['me']>['memberships'][number];
