"""The GraphQL schema for the servers of a coalition's partners: their own members, movements and settlements only."""
