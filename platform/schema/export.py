"""Writes the schemas' SDL beside this file: `python -m schema.export`. A test keeps the files current."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from strawberry.schema import Schema

from schema.admin.schema import schema as admin
from schema.partner.schema import schema as partner
from schema.storefront.schema import schema as storefront

SCHEMAS: Mapping[str, Schema] = {"admin": admin, "storefront": storefront, "partner": partner}
FOLDER = Path(__file__).parent
RELEASED = FOLDER / "released"
"""The SDL of the last release: what clients out there were built against."""


def sdl(schema: Schema) -> str:
    """A schema as text."""
    return schema.as_str() + "\n"


def main() -> None:
    """Write every schema's file."""
    for name, schema in SCHEMAS.items():
        (FOLDER / f"{name}.graphql").write_text(sdl(schema))


if __name__ == "__main__":
    main()
