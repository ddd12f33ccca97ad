import { graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';
import { findings } from './findings.js';

/** What a change of a program answers, whichever it is: each has a payload type of its own, so no fragment fits them all. */
const changed = `
  program {
    id
  }
  ${userErrors}
` as const;

export const ProgramPublish = graphql(`
  mutation ProgramPublish($input: ProgramPublishInput!) {
    programPublish(input: $input) {
      ${changed}
      findings {
        path
        code
        severity
        message
        value
        bound
      }
    }
  }
`);

export const ProgramRollback = graphql(`
  mutation ProgramRollback($input: ProgramRollbackInput!) {
    programRollback(input: $input) {
      ${changed}
      ${findings}
    }
  }
`);

export const ProgramSaveDraft = graphql(`
  mutation ProgramSaveDraft($input: ProgramSaveDraftInput!) {
    programSaveDraft(input: $input) {
      ${changed}
      ${findings}
    }
  }
`);

export const ProgramPause = graphql(`
  mutation ProgramPause($input: ProgramPauseInput!) {
    programPause(input: $input) {
      ${changed}
    }
  }
`);

export const ProgramResume = graphql(`
  mutation ProgramResume($input: ProgramResumeInput!) {
    programResume(input: $input) {
      ${changed}
    }
  }
`);

export const ProgramArchive = graphql(`
  mutation ProgramArchive($input: ProgramArchiveInput!) {
    programArchive(input: $input) {
      ${changed}
    }
  }
`);

export const ProgramCopy = graphql(`
  mutation ProgramCopy($input: ProgramCopyInput!) {
    programCopy(input: $input) {
      copy {
        tenant {
          name
          isSandbox
        }
        slug
        versionNumber
      }
      ${findings}
      ${userErrors}
    }
  }
`);
