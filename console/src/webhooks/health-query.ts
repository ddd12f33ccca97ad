import { graphql } from '../graphql/graphql.js';
import { userErrors } from '../graphql/user-errors.js';

export const WebhookDetails = graphql(`
  query WebhookDetails {
    webhookEndpoint {
      url
      kinds
      disabledAt
      disabledReason
      lastSuccessAt
      consecutiveFailures
      failingSince
      pausedUntil
    }
  }
`);

export const WebhookEndpointTry = graphql(`
  mutation WebhookEndpointTry($input: WebhookEndpointTryInput!) {
    webhookEndpointTry(input: $input) {
      endpoint {
        url
      }
      ${userErrors}
    }
  }
`);
