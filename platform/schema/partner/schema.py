"""The partner schema, put together."""

from __future__ import annotations

import strawberry

from schema.partner.mutation import Mutation
from schema.partner.query import Query
from schema.shared.naming import config

schema = strawberry.Schema(Query, Mutation, config=config())
