"""Names in the schema: `RecordActivityUserError`, not Strawberry's `RecordActivityErrorCodeUserError`."""

from __future__ import annotations

from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import StrawberryObjectDefinition, StrawberryType

from schema.shared.scalars import SCALARS


class Names(NameConverter):
    """Strawberry's names, but for error types."""

    def from_generic(self, generic_type: StrawberryObjectDefinition, types: list[StrawberryType | type]) -> str:
        """The name of a generic type that was made concrete."""
        return super().from_generic(generic_type, types).replace("ErrorCodeUserError", "UserError")


def config() -> StrawberryConfig:
    """What all schemas have in common."""
    return StrawberryConfig(name_converter=Names(), scalar_map=SCALARS)


def camel(name: str) -> str:
    """A name as the schema spells it: `external_id` is `externalId`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
