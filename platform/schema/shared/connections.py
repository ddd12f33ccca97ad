"""Pages: connections with keyset cursors, page 900 costs what page 1 does. At most 100 items, 25 unless told."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

import strawberry

from kit.errors import Refusal
from kit.ids import is_id
from schema.shared.declare import field, output

T = TypeVar("T")
R = TypeVar("R")
Id = TypeVar("Id", bound=str)

PAGE_DEFAULT = 25
PAGE_MAX = 100

First = Annotated[int, strawberry.argument(description="How many, at most 100.")]
After = Annotated[str | None, strawberry.argument(description="The `cursor` after which to go on.")]


@output
class PageInfo:
    """Where a page lies in the whole."""

    has_next_page: bool = field(description="Whether there is more after `endCursor`.")
    has_previous_page: bool = field(description="Whether there is something before `startCursor`.")
    start_cursor: str | None = field(description="The cursor of the first item.")
    end_cursor: str | None = field(description="The cursor of the last item: pass it as `after`.")


@output
class Edge(Generic[T]):
    """An item and where it stands."""

    cursor: str = field(description="An opaque text that stays valid when rows come and go.")
    node: T = field(description="The item.")


@output
class Connection(Generic[T]):
    """One page of a list."""

    edges: list[Edge[T]] = field(description="The items with their cursors.")
    nodes: list[T] = field(description="The items alone.")
    page_info: PageInfo = field(description="Where this page lies in the whole.")


def page(
    rows: Sequence[R], first: int, after: str | None, key: Callable[[R], str], show: Callable[[R], T]
) -> Connection[T]:
    """A page from `first` + 1 rows, asked for that way to learn whether there are more; `key` is a row's sort key."""
    kept = rows[:first]
    edges = [Edge(cursor=cursor(key(row)), node=show(row)) for row in kept]
    return Connection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=PageInfo(
            has_next_page=len(rows) > first,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )


def cursor(key: str) -> str:
    """The cursor of a sort key."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def after_key(text: str | None) -> str | None:
    """The sort key in a cursor. Raises `Refusal` for a text that is none of ours."""
    if text is None:
        return None
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:  # not base64, not UTF-8, or not even ASCII
        key = "\0"
    if "\0" in key:  # no sort key of ours, and nothing that a database could be asked for
        raise Refusal("INVALID", "This is not a cursor of this list.", ("after",))
    return key


def after_number(text: str | None) -> int | None:
    """The number in a cursor. Raises `Refusal` likewise."""
    key = after_key(text)
    if key is not None and not (key.isascii() and key.isdigit() and len(key) < 16):
        raise Refusal("INVALID", "This is not a cursor of this list.", ("after",))
    return None if key is None else int(key)


def after_id(text: str | None, kind: Callable[[str], Id]) -> Id | None:
    """The id in a cursor, as a `kind`. Raises `Refusal` likewise."""
    key = after_key(text)
    if key is not None and not is_id(key):
        raise Refusal("INVALID", "This is not a cursor of this list.", ("after",))
    return None if key is None else kind(key)
