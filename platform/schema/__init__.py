"""GraphQL: three schemas and what they share."""
