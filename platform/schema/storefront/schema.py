"""The storefront schema, put together."""

from __future__ import annotations

import strawberry

from schema.shared.naming import config
from schema.storefront.mutation import Mutation
from schema.storefront.query import Query

schema = strawberry.Schema(Query, Mutation, config=config())
