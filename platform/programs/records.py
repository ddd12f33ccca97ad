"""What goes into the intake and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import orjson

from kit import db
from kit.errors import Refusal
from programs.activity import Activity, fingerprint
from programs.decision import ExplanationLine, explanation_from_json
from tenants.scope import TenantId


class MemberRef(NamedTuple):
    """A member by our id or by the merchant's: exactly one is given."""

    id: str | None = None
    external_id: str | None = None


@dataclass(frozen=True)
class Submission:
    """An activity on its way in. Its `member_id` is filled in when the member was found; `now` is the tenant's.

    `imported` lifts the limit on how far back it may be; `dated` says that the client gave `occurred_at` itself.
    `partner_id` is that of the partner which `activity.partner` names.
    """

    tenant: TenantId
    member: MemberRef
    activity: Activity
    now: datetime
    imported: bool = False
    dated: bool = True
    partner_id: str | None = None

    def check(self) -> None:
        """Raises `Refusal` INVALID for text that no database stores: found here, it costs no batch mate anything."""
        try:
            storable = "\\u0000" not in self.body
        except TypeError:
            storable = False  # half of a surrogate pair
        if not storable:
            raise Refusal("INVALID", "A text has characters that cannot be stored.", ())

    @cached_property
    def body(self) -> str:
        """The activity as it is stored: canonical JSON, without the member's id, which stands beside it."""
        return orjson.dumps(self._document, option=orjson.OPT_SORT_KEYS).decode()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the canonical input: other input under the same key is told apart."""
        document = {**self._document, "member": tuple(self.member)}
        if not self.dated:
            del document["occurred_at"]
        if self.partner_id is not None:
            del document["source"]  # the key by which it came: a partner may change that between two tries
        return fingerprint(document)

    @cached_property
    def _document(self) -> dict[str, Any]:
        document = self.activity.to_json()
        document.pop("member_id", None)
        return document


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry that an activity led to; `amount` signed from the member's side, `after` the book's balance then."""

    transfer_id: str
    unit_id: str
    reason: str
    book: str
    amount: int
    after: int
    matures_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an activity led to. `state` is `decided`, `parked` (waits for its order) or `refused` by the business.

    `programs.explain` puts the explanation's typed lines into words.
    """

    activity_id: str
    member_id: str
    state: str
    posted: tuple[Posted, ...] = ()
    explanation: tuple[ExplanationLine, ...] = ()
    refusal: Refusal | None = None
    replayed: bool = False


def result_json(recorded: Recorded, extra: Mapping[str, Any]) -> str:
    """The stored form of a result, with what else the order needs to know of it."""
    refusal = recorded.refusal
    return orjson.dumps(
        {
            "format": 1,
            "state": recorded.state,
            "posted": [
                [p.transfer_id, p.unit_id, p.reason, p.book, p.amount, p.after, p.matures_at, p.expires_at]
                for p in recorded.posted
            ],
            "refusal": None if refusal is None else [refusal.code, refusal.message, refusal.field],
            **extra,
        }
    ).decode()


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A stored result read back, and the rest of its document."""

    recorded: Recorded
    extra: Mapping[str, Any] = field(default_factory=dict)


def read_result(activity_id: str, member_id: str, result: str, explanation: str) -> StoredResult:
    """Read what `result_json` wrote."""
    document = orjson.loads(result)
    refusal = document["refusal"]
    posted = tuple(Posted(*(*row[:6], *map(db.instant_or_none, row[6:]))) for row in document["posted"])
    recorded = Recorded(
        activity_id, member_id, document["state"], posted,
        explanation_from_json(orjson.loads(explanation)),
        None if refusal is None else Refusal(refusal[0], refusal[1], tuple(refusal[2]), final=True), replayed=True,
    )  # fmt: skip
    return StoredResult(recorded, document)
