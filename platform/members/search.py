"""The list of members, and the search in it: by the beginning of a name, e-mail, phone number or external id.

Ranges over C-collated columns, never LIKE: `%` and `_` mean themselves, and the index is used under row-level security.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kit import db
from kit.ids import is_id
from kit.text import prefix_range
from members.errors import invalid
from members.inputs import EXTERNAL_ID_CHARACTERS_MAX
from members.text import SEARCH_CHARACTERS_MAX, phone_prefix, searchable, storable
from members.views import MemberId, MemberView, load
from tenants import scope

ROWS_MAX = 101  # a page of 100 and the one that tells whether there is another
_LAST = "\U0010ffff"


async def search(
    query: str = "", tag: str | None = None, first: int = 50, after: str | None = None
) -> Sequence[MemberView]:
    """Members whose name, e-mail, phone number or external id begins with `query`, and who have `tag` if one is given.

    The latest to join first: `first` of them, beyond the one whose `key` is `after`.
    Names and e-mails are compared normalised, external ids exactly, phone numbers (from three digits on) by their
    digits. The empty query finds all. Erased and merged members are never found. Raises `Refusal` INVALID for more
    than 101 at once, a query that is too long, or an `after` that is no key.
    """
    statement, params = _statement(query, tag, first, after)
    async with scope.reading():
        ids = [MemberId(row["id"]) for row in await db.rows(statement, *params)]
        found = await load(ids)
    return [found[id_] for id_ in ids]


def key(member: MemberView) -> str:
    """Where a member stands in the list: the sort key, for `after`."""
    return f"{member.joined_at.isoformat()} {member.id}"


_TAGGED = "m.id IN (SELECT member_id FROM member_tag WHERE tenant_id = $1 AND tag = {tag})"


class _Params(list[object]):
    """Collects parameters in the order in which they stand in the statement, as SQLite numbers them."""

    def __call__(self, value: object) -> str:
        self.append(value)
        return f"${len(self)}"


def _statement(query: str, tag: str | None, first: int, after: str | None) -> tuple[str, _Params]:
    if not 1 <= first <= ROWS_MAX:
        raise invalid(f"Between 1 and {ROWS_MAX} at once.", "first")
    if len(query) > SEARCH_CHARACTERS_MAX or not storable(query):
        raise invalid(f"At most {SEARCH_CHARACTERS_MAX} characters, none of them control characters.", "query")
    param = _Params([scope.tenant_id()])
    conditions = ["m.tenant_id = $1", "m.state IN ('active', 'closed')"]
    if branches := _branches(query.strip(), param):
        conditions.append(f"m.id IN ({' UNION '.join(branches)})")
    elif query.strip():
        conditions.append("false")
    if tag is not None:
        if not storable(tag):
            raise invalid("No tag has control characters.", "tag")
        conditions.append(_TAGGED.format(tag=param(tag)))
    if after is not None:
        joined_at, id_ = _place(after)
        conditions.append(f"(m.joined_at, m.id) < ({param(joined_at)}, {param(id_)})")
    return (
        f"SELECT m.id FROM member m WHERE {' AND '.join(conditions)} "  # only our own words and $n
        f"ORDER BY m.joined_at DESC, m.id DESC LIMIT {param(first)}"
    ), param


def _branches(query: str, param: _Params) -> list[str]:
    """One range search for each column that the query may be the beginning of."""
    if not query:
        return []
    ranges = []
    if len(query) <= EXTERNAL_ID_CHARACTERS_MAX:
        ranges.append(("member", "external_id", query, query + _LAST))
    if words := searchable(query):
        low, high = prefix_range(words)
        ranges += [("member_profile", "name_search", low, high), ("member_profile", "email_search", low, high)]
    if digits := phone_prefix(query):
        ranges.append(("member_profile", "phone_search", *prefix_range(digits)))
    return [
        f"SELECT id FROM {table} WHERE tenant_id = $1 AND {column} >= {param(low)} AND {column} < {param(high)}"
        for table, column, low, high in ranges
    ]


def _place(after: str) -> tuple[datetime, str]:
    try:
        joined_at, id_ = after.split(" ")
        place = datetime.fromisoformat(joined_at)
    except ValueError:
        raise invalid("This is no place in this list.", "after") from None
    if place.tzinfo is None or not is_id(id_):
        raise invalid("This is no place in this list.", "after")
    return place, id_
