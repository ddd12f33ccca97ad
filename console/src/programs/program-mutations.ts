import { graphql } from '../graphql/graphql.js';

export const ProgramPublish = graphql(`
  mutation ProgramPublish($input: ProgramPublishInput!) {
    programPublish(input: $input) {
      program {
        id
      }
      findings {
        path
        message
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

export const ProgramRollback = graphql(`
  mutation ProgramRollback($input: ProgramRollbackInput!) {
    programRollback(input: $input) {
      program {
        id
      }
      findings {
        path
        message
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

export const ProgramPause = graphql(`
  mutation ProgramPause($input: ProgramPauseInput!) {
    programPause(input: $input) {
      program {
        id
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

export const ProgramResume = graphql(`
  mutation ProgramResume($input: ProgramResumeInput!) {
    programResume(input: $input) {
      program {
        id
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

export const ProgramArchive = graphql(`
  mutation ProgramArchive($input: ProgramArchiveInput!) {
    programArchive(input: $input) {
      program {
        id
      }
      userErrors {
        field
        message
        code
      }
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
      findings {
        path
        message
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);
