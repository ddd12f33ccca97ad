"""The committed SDL is what the code says, and breaks no client of the last release."""

import pytest
from graphql import build_schema
from graphql.utilities import find_breaking_changes

from schema.export import FOLDER, RELEASED, SCHEMAS, sdl


@pytest.mark.parametrize("name", SCHEMAS)
def test_committed_sdl_is_current(name: str) -> None:
    committed = (FOLDER / f"{name}.graphql").read_text()
    assert committed == sdl(SCHEMAS[name]), "run `python -m schema.export`, look at the difference, commit it"


@pytest.mark.parametrize("name", SCHEMAS)
def test_nothing_breaks_clients_of_the_last_release(name: str) -> None:
    released = build_schema((RELEASED / f"{name}.graphql").read_text())
    changes = find_breaking_changes(released, build_schema(sdl(SCHEMAS[name])))
    assert [change.description for change in changes] == []


def test_a_change_that_breaks_clients_is_found() -> None:
    released = build_schema((RELEASED / "storefront.graphql").read_text())
    without = build_schema(sdl(SCHEMAS["storefront"]).replace("  pointsMissing: BigInt!\n", "  missing: BigInt!\n", 1))
    assert len(find_breaking_changes(released, without)) == 1
