"""What happened: one `Activity` is one thing a customer did, as the merchant's shop reported it (DESIGN §5).

Money is in the currency's minor units, tax excluded unless a field says tax; instants are aware and in UTC.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

import orjson

from kit.errors import Refusal
from programs import ProgramsError

FORMAT = 1
C = TypeVar("C", bound=StrEnum)
AMOUNT_MAX = 2**53 - 1
QUANTITY_MAX = 1_000_000
LINES_MAX = 1000
MAIN_LINE = "main"
"""The business line of a shop that has only one."""
_CUSTOM_KIND = re.compile(r"custom:[a-z0-9][a-z0-9_.-]{0,63}")


class ActivityKind(StrEnum):
    """The kinds we know; a merchant's own are plain strings, `custom:<name>`."""

    PURCHASE = "purchase"
    REFUND = "refund"
    CANCEL = "cancel"
    AMEND = "amend"
    SIGNUP = "signup"
    REVIEW = "review"
    REFERRAL = "referral"
    BIRTHDAY = "birthday"
    CHECK_IN = "check_in"
    SHARE = "share"
    SURVEY = "survey"
    VISIT = "visit"
    ANNIVERSARY = "anniversary"
    PROFILE_FIELD = "profile_field"
    FOLLOW = "follow"
    EVENT_ATTENDED = "event_attended"
    POST = "post"
    IDEA_ADOPTED = "idea_adopted"


CORRECTIONS = frozenset({ActivityKind.REFUND.value, ActivityKind.CANCEL.value, ActivityKind.AMEND.value})
"""Kinds that change an earlier order: the intake reverses by reference, no rule earns on them."""

OCCASIONS = frozenset({ActivityKind.BIRTHDAY.value, ActivityKind.ANNIVERSARY.value})
"""Kinds that come by themselves, as the calendar has it: no sign that a member is still there."""


class LineKind(StrEnum):
    """What a line of an order is: only product and, if the program says so, others count for earning."""

    PRODUCT = "product"
    SHIPPING = "shipping"
    GIFT_CARD = "gift_card"
    TOP_UP = "top_up"
    DONATION = "donation"
    REWARD = "reward"


class TenderKind(StrEnum):
    """What a part of the order was paid with. Payment is never a discount."""

    POINTS = "points"
    STORED_VALUE = "stored_value"
    GIFT_CARD = "gift_card"
    CARD = "card"
    OTHER = "other"


class ActivityMalformed(ProgramsError):
    """A stored or received activity document is not one: `field` is the path of the first thing wrong."""

    def __init__(self, field: tuple[str, ...], message: str) -> None:
        super().__init__(f"{'.'.join(field)}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order (or, in a refund, how much of that line came back: `id` and `quantity`, or `refunded`).

    `amount` is the line's total before discount and without tax, `discount` what was taken off it, `tax` what
    was put on it: minor units, each ≥ 0, discount ≤ amount. `id` is unique in the order, `quantity` ≥ 1. `refunded` is
    the money that was given back for the line, ≥ 1 and without tax; `quantity` says nothing then.
    """

    id: str
    amount: int
    kind: LineKind = LineKind.PRODUCT
    sku: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    quantity: int = 1
    discount: int = 0
    tax: int = 0
    refunded: int | None = None


@dataclass(frozen=True, slots=True)
class Tender:
    """A part of the payment, in minor units of the activity's currency."""

    kind: TenderKind
    amount: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What a customer did, once and for ever named by `key` (unique per tenant).

    `kind` is an `ActivityKind` or `custom:<name>`; `occurred_at` is aware, UTC; `currency` is an ISO code and is
    there whenever a line or tender is; `codes` are the coupon codes used; `payload` holds JSON extras. A refund names
    lines, or the money (`refunded`, ≥ 1, without tax) that was given back for the order, or neither: all that is left.
    `line` is the merchant's line of business, whose programs decide; later events of an order go by its own.
    `partner` is the slug of the partner it happened with.
    """

    key: str
    kind: str
    member_id: str
    occurred_at: datetime
    source: str = "api"
    order_id: str | None = None
    currency: str | None = None
    lines: tuple[Line, ...] = ()
    tenders: tuple[Tender, ...] = ()
    codes: tuple[str, ...] = ()
    channel: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    refunded: int | None = None
    line: str = MAIN_LINE
    partner: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the stored form: `format` inside, sets sorted, and nothing that is null or empty.

        So a field that is added later leaves old documents, and their fingerprints, as they were.
        """
        document = {
            "format": FORMAT,
            "key": self.key,
            "kind": str(self.kind),
            "member_id": self.member_id,
            "occurred_at": self.occurred_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "source": self.source,
            "order_id": self.order_id,
            "currency": self.currency,
            "lines": [line_to_json(line) for line in self.lines],
            "tenders": [{"kind": tender.kind.value, "amount": tender.amount} for tender in self.tenders],
            "codes": sorted(self.codes),
            "channel": self.channel,
            "payload": dict(self.payload),
            "refunded": self.refunded,
            "line": None if self.line == MAIN_LINE else self.line,
            "partner": self.partner,
        }
        return {name: value for name, value in document.items() if value}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Activity":
        """Read the stored form back; raises `ActivityMalformed` for anything that is not one."""
        reader = _Reader(document, ())
        if reader.integer("format") != FORMAT:
            raise ActivityMalformed(("format",), f"expected {FORMAT}")
        kind = reader.text("kind")
        if not is_activity_kind(kind):
            raise ActivityMalformed(("kind",), "unknown kind of activity")
        return cls(
            key=reader.text("key"),
            kind=kind,
            member_id=reader.text("member_id"),
            occurred_at=reader.instant("occurred_at"),
            source=reader.text("source"),
            order_id=reader.optional_text("order_id"),
            currency=reader.optional_text("currency"),
            lines=tuple(_read_line(line) for line in reader.items("lines")),
            tenders=tuple(_tender_from_json(tender) for tender in reader.items("tenders")),
            codes=reader.texts("codes"),
            channel=reader.optional_text("channel"),
            payload=reader.mapping("payload"),
            refunded=reader.optional_integer("refunded"),
            line=reader.optional_text("line") or MAIN_LINE,
            partner=reader.optional_text("partner"),
        )


def fingerprint(document: Mapping[str, Any]) -> str:
    """Give the SHA-256 (hex) of a JSON object: equal input has equal ones, whatever the order of its keys.

    Leave out of `document` what the client did not say (such as an `occurred_at` that was filled in).
    """
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


def refusals(activity: Activity, currencies: Mapping[str, int]) -> tuple[Refusal, ...]:
    """Give all that is wrong with an activity from outside, each with its code and field; none: it may be decided.

    Codes: `INVALID_KIND`, `CURRENCY_MISSING`, `INVALID_CURRENCY`, `TOO_MANY`, `DUPLICATE_LINE`, `OUT_OF_RANGE` (a
    quantity below 1, an amount negative or above 2⁵³ − 1, a discount above its line, or an order that large in all).
    """
    return tuple(_refusals(activity, currencies))


def _refusals(activity: Activity, currencies: Mapping[str, int]) -> Iterator[Refusal]:
    if not is_activity_kind(activity.kind):
        yield Refusal("INVALID_KIND", "There is no such kind of activity.", ("kind",))
    if activity.currency is None:
        if activity.kind not in CORRECTIONS and (activity.lines or activity.tenders):
            yield Refusal("CURRENCY_MISSING", "Money needs its currency.", ("currency",))
    elif activity.currency not in currencies:
        yield Refusal("INVALID_CURRENCY", "There is no such currency.", ("currency",))
    if activity.refunded is not None:
        yield from _refunded_refusals(activity, activity.refunded)
    if len(activity.lines) > LINES_MAX:
        yield Refusal("TOO_MANY", f"An order has at most {LINES_MAX} lines.", ("lines",))
        return
    yield from _line_refusals(activity.lines, activity.kind == ActivityKind.REFUND)
    for index, tender in enumerate(activity.tenders):
        if not 0 <= tender.amount <= AMOUNT_MAX:
            yield Refusal("OUT_OF_RANGE", "An amount lies in 0 … 2⁵³ − 1.", ("tenders", str(index), "amount"))
    if sum(max(line.amount, 0) + max(line.tax, 0) for line in activity.lines) > AMOUNT_MAX:
        yield Refusal("OUT_OF_RANGE", "The order's total lies above 2⁵³ − 1.", ("lines",))


def _refunded_refusals(activity: Activity, refunded: int) -> Iterator[Refusal]:
    """Of money given back for an order as a whole."""
    if activity.kind != ActivityKind.REFUND or activity.lines:
        yield Refusal("INVALID", "Money comes back for a whole order or line by line, not both.", ("amount",))
    if not 1 <= refunded <= AMOUNT_MAX:
        yield Refusal("OUT_OF_RANGE", "An amount that came back lies in 1 … 2⁵³ − 1.", ("amount",))


def _line_refusals(lines: tuple[Line, ...], refund: bool) -> Iterator[Refusal]:
    seen: set[str] = set()
    for index, line in enumerate(lines):
        path = ("lines", str(index))
        if line.id in seen:
            yield Refusal("DUPLICATE_LINE", "The order has another line of this id.", (*path, "id"))
        seen.add(line.id)
        if not 1 <= line.quantity <= QUANTITY_MAX:
            yield Refusal("OUT_OF_RANGE", f"A quantity lies in 1 … {QUANTITY_MAX}.", (*path, "quantity"))
        for name, amount in (("amount", line.amount), ("discount", line.discount), ("tax", line.tax)):
            if not 0 <= amount <= AMOUNT_MAX:
                yield Refusal("OUT_OF_RANGE", "An amount lies in 0 … 2⁵³ − 1.", (*path, name))
        if line.refunded is not None:
            if not refund:
                yield Refusal("INVALID", "Only a refund's lines say what came back.", (*path, "amount"))
            elif not 1 <= line.refunded <= AMOUNT_MAX:
                yield Refusal("OUT_OF_RANGE", "An amount that came back lies in 1 … 2⁵³ − 1.", (*path, "amount"))
        if line.discount > line.amount >= 0:
            yield Refusal("OUT_OF_RANGE", "A discount is at most its line's amount.", (*path, "discount"))


_KNOWN_KINDS = frozenset(kind.value for kind in ActivityKind)


def is_activity_kind(name: str) -> bool:
    """Tell whether `name` is a kind of activity: one of ours or `custom:` and 1–64 of a–z 0–9 _ . -"""
    return name in _KNOWN_KINDS or _CUSTOM_KIND.fullmatch(name) is not None


def line_to_json(line: Line) -> dict[str, Any]:
    """Give a line as a JSON object, without what is null, empty or zero."""
    document = {
        "id": line.id,
        "kind": line.kind.value,
        "sku": line.sku,
        "categories": sorted(line.categories),
        "tags": sorted(line.tags),
        "quantity": line.quantity,
        "amount": line.amount,
        "discount": line.discount,
        "tax": line.tax,
        "refunded": line.refunded,
    }
    return {name: value for name, value in document.items() if value}


def line_from_json(document: object) -> Line:
    """Read a line back from its JSON object; raises `ActivityMalformed`."""
    return _read_line(_Reader(document, ()))


def _read_line(reader: "_Reader") -> Line:
    return Line(
        id=reader.text("id"),
        kind=reader.choice("kind", LineKind),
        sku=reader.optional_text("sku"),
        categories=reader.texts("categories"),
        tags=reader.texts("tags"),
        quantity=reader.integer("quantity"),
        amount=reader.integer("amount", 0),
        discount=reader.integer("discount", 0),
        tax=reader.integer("tax", 0),
        refunded=reader.optional_integer("refunded"),
    )


def _tender_from_json(reader: "_Reader") -> Tender:
    return Tender(kind=reader.choice("kind", TenderKind), amount=reader.integer("amount"))


class _Reader:
    """Reads typed fields of one JSON object and names the path of the first that is wrong."""

    def __init__(self, document: object, path: tuple[str, ...]) -> None:
        if not isinstance(document, Mapping):
            raise ActivityMalformed(path or ("activity",), "expected an object")
        self._document = document
        self._path = path

    def _value(self, name: str) -> Any:
        if name not in self._document:
            raise self._malformed(name, "is missing")
        return self._document[name]

    def _malformed(self, name: str, message: str) -> ActivityMalformed:
        return ActivityMalformed((*self._path, name), message)

    def text(self, name: str) -> str:
        value = self._value(name)
        if not isinstance(value, str):
            raise self._malformed(name, "expected text")
        return value

    def optional_text(self, name: str) -> str | None:
        return None if self._document.get(name) is None else self.text(name)

    def integer(self, name: str, default: int | None = None) -> int:
        value = self._value(name) if default is None else self._document.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._malformed(name, "expected an integer")
        return value

    def optional_integer(self, name: str) -> int | None:
        return None if self._document.get(name) is None else self.integer(name)

    def choice(self, name: str, choices: type[C]) -> C:
        text = self.text(name)
        try:
            return choices(text)
        except ValueError:
            raise self._malformed(name, f"expected one of {', '.join(choices)}") from None

    def instant(self, name: str) -> datetime:
        try:
            instant = datetime.fromisoformat(self.text(name))
        except ValueError:
            raise self._malformed(name, "expected an ISO 8601 instant") from None
        if instant.tzinfo is None:
            raise self._malformed(name, "expected an offset from UTC")
        return instant.astimezone(UTC)

    def mapping(self, name: str) -> Mapping[str, Any]:
        value = self._document.get(name, {})
        if not isinstance(value, Mapping):
            raise self._malformed(name, "expected an object")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._document.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self._malformed(name, "expected a list of texts")
        return tuple(values)

    def items(self, name: str) -> list["_Reader"]:
        values = self._document.get(name, [])
        if not isinstance(values, list):
            raise self._malformed(name, "expected a list")
        return [_Reader(value, (*self._path, name, str(index))) for index, value in enumerate(values)]
