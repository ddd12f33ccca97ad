"""Partners of a coalition and their terms: added, renamed, frozen, let go; each change of terms is a new version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

import orjson

from events.service import emit
from kit import db
from kit.errors import Refusal
from kit.ids import is_id, new_id
from kit.money import EXPONENTS
from ledger.models import Unit
from ledger.state import UnitId
from members.text import storable
from programs import documents
from programs.coalition import booking
from programs.coalition.errors import CoalitionErrorCode, invalid, partner_not_found
from programs.coalition.models import Coalition, Partner, PartnerTerms
from programs.coalition.terms import AMOUNT_MAX, Terms, TermsId, TermsView, live_at, micros_of_minor
from programs.decision import ProgramId
from programs.findings import RulesInvalid
from programs.models import Program
from programs.versions import raise_revision
from tenants import audit, scope
from tenants.keys import Key
from tenants.scope import TenantId

PARTNERS_MAX = 1_000
NAME_CHARACTERS_MAX = 200
REASON_CHARACTERS_MAX = 500
PAGE_MAX = 101
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

PartnerId = NewType("PartnerId", str)


class PartnerState(StrEnum):
    """Whether a partner takes part: a frozen one neither issues nor takes points, one that left for good."""

    ACTIVE = "active"
    FROZEN = "frozen"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class PartnerView:
    """A brand of a coalition. `open_from`: the first local day that is not settled (ISO).

    `own_tenant_id`: the tenant that it is itself, if that takes part (`participations`).
    """

    id: PartnerId
    program_id: ProgramId
    slug: str
    name: str
    state: PartnerState
    reason: str | None
    open_from: str
    created_at: datetime
    own_tenant_id: TenantId | None
    terms: tuple[TermsView, ...]

    def terms_at(self, instant: datetime) -> TermsView | None:
        """The terms of an instant."""
        return live_at(list(self.terms), instant)


async def create(program: ProgramId, slug: str, name: str) -> PartnerView:
    """Add a partner to a coalition.

    Raises `Refusal`: NOT_FOUND (program), INVALID (slug, name; a program of another kind), TAKEN, LIMIT_REACHED.
    """
    if not _SLUG.fullmatch(slug):
        raise invalid("A slug has 1–64 of a–z 0–9 _ -, and begins with a letter or digit.", "slug")
    name = _name(name)
    async with scope.writing():
        row = await _coalition(program)
        today = await booking.today()
        added = await db.execute(
            "INSERT INTO partner (tenant_id, id, program_id, slug, name, state, open_from, created_at, changed_at) "
            "VALUES ($1, $2, $3, $4, $5, 'active', $6, $7, $7) ON CONFLICT (tenant_id, slug) DO NOTHING",
            scope.tenant_id(), new_id(), row.id, slug, name, today, scope.now(),
        )  # fmt: skip
        if not added:
            raise Refusal(CoalitionErrorCode.TAKEN, "Another partner has this slug.", ("slug",))
        if await Partner.filter(program_id=row.id).count() > PARTNERS_MAX:
            raise Refusal(CoalitionErrorCode.LIMIT_REACHED, f"A coalition has at most {PARTNERS_MAX} partners.")
        made = await Partner.get(slug=slug)
        await raise_revision()  # explanations name it
        await audit.record("partner.created", f"partner:{made.id}", {"slug": slug})
        return (await views([made]))[0]


async def rename(partner: PartnerId, name: str) -> PartnerView:
    """Call a partner something else. Raises `Refusal`: NOT_FOUND, INVALID."""
    name = _name(name)
    return await _change(partner, "renamed", {"name": name}, {"name": name})


async def freeze(partner: PartnerId, reason: str) -> PartnerView:
    """Stop a partner from issuing and taking points; refunds go on.

    Raises `Refusal`: NOT_FOUND, WRONG_STATE, INVALID.
    """
    return await _move(partner, PartnerState.FROZEN, "frozen", (PartnerState.ACTIVE,), _reason(reason))


async def unfreeze(partner: PartnerId) -> PartnerView:
    """Let a frozen partner take part again. Raises `Refusal`: NOT_FOUND, WRONG_STATE."""
    return await _move(partner, PartnerState.ACTIVE, "unfrozen", (PartnerState.FROZEN,), None)


async def leave(partner: PartnerId, reason: str) -> PartnerView:
    """Let a partner go, for good; what is open is settled. Raises `Refusal`: NOT_FOUND, WRONG_STATE, INVALID."""
    known = (PartnerState.ACTIVE, PartnerState.FROZEN)
    return await _move(partner, PartnerState.LEFT, "left", known, _reason(reason))


async def save_terms(
    partner: PartnerId, document: object, valid_from: datetime | None = None, valid_until: datetime | None = None
) -> PartnerView:
    """Give a partner new terms, from now or from an instant ahead on; what was before stays as it was.

    Raises `Refusal`: NOT_FOUND, WRONG_STATE (left), INVALID (terms, instants), INVALID_CURRENCY.
    """
    now = scope.now()
    if valid_from is not None and (valid_from.tzinfo is None or valid_from <= now):
        raise invalid("Terms hold from now on or later: what was is never rewritten.", "valid_from")
    if valid_until is not None and (valid_until.tzinfo is None or valid_until <= (valid_from or now)):
        raise invalid("Terms end after they begin.", "valid_until")
    async with scope.writing():
        row = await locked(partner)
        if row.state == PartnerState.LEFT:
            raise Refusal(CoalitionErrorCode.WRONG_STATE, "This partner has left.", ("partner",))
        terms = await _checked(document, row)
        number = await PartnerTerms.filter(partner_id=row.id).count() + 1
        # What happens at this very instant has gone by the terms before.
        valid_from = valid_from or (now if number == 1 else now + timedelta(microseconds=1))
        await PartnerTerms.create(
            id=new_id(), partner_id=row.id, number=number, valid_from=valid_from, valid_until=valid_until,
            document=orjson.dumps(documents.dump(terms)).decode(), saved_at=now, saved_by=scope.actor(),
        )  # fmt: skip
        await audit.record("partner.terms_saved", f"partner:{row.id}", {"number": number})
        body = {"partner": row.id, "number": number, "valid_from": valid_from, "valid_until": valid_until}
        await emit("partner.terms_announced", f"partner:{row.id}", body, row.id)
        return (await views([row]))[0]


async def get(partner: PartnerId) -> PartnerView:
    """The partner of this id. Raises `Refusal` NOT_FOUND, for another tenant's alike."""
    async with scope.reading():
        row = await Partner.get_or_none(id=partner) if is_id(partner) else None
        if row is None:
            raise partner_not_found()
        return (await views([row]))[0]


async def page(program: ProgramId, after: PartnerId | None = None, first: int = 50) -> list[PartnerView]:
    """A coalition's partners, in the order they came: `first` (at most 101) beyond the id `after`."""
    if not all(is_id(id_) for id_ in (program, after) if id_ is not None):
        return []
    async with scope.reading():
        rows = Partner.filter(program_id=program).order_by("id").limit(max(0, min(first, PAGE_MAX)))
        return await views(await (rows if after is None else rows.filter(id__gt=after)))


async def of_slug(slug: str) -> PartnerView:
    """The partner of this slug. Raises `Refusal` NOT_FOUND."""
    async with scope.reading():
        row = await Partner.get_or_none(slug=slug)
        if row is None:
            raise partner_not_found()
        return (await views([row]))[0]


async def views(rows: Sequence[Partner]) -> list[PartnerView]:
    """Partners with all versions of their terms, within the transaction or read under way."""
    terms = await terms_of(row.id for row in rows)
    return [
        PartnerView(
            PartnerId(row.id), ProgramId(row.program_id), row.slug, row.name, PartnerState(row.state), row.reason,
            row.open_from, row.created_at, None if row.own_tenant_id is None else TenantId(row.own_tenant_id),
            tuple(terms.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


async def terms_of(partners: Iterable[str]) -> dict[str, list[TermsView]]:
    """All versions of these partners' terms, in the order of their numbers, by the partner's id."""
    found: dict[str, list[TermsView]] = {}
    for row in await PartnerTerms.filter(partner_id__in=sorted(set(partners))).order_by("number"):
        found.setdefault(row.partner_id, []).append(
            TermsView(
                TermsId(row.id), row.partner_id, row.number, row.valid_from, row.valid_until,
                documents.load(Terms, orjson.loads(row.document)), row.saved_at, row.saved_by,
            )
        )  # fmt: skip
    return found


async def units_of(programs: Iterable[str]) -> dict[str, UnitId]:
    """The unit that each of these coalitions shares, by the program's id."""
    async with scope.reading():
        found = await Coalition.filter(id__in=sorted(set(programs)))
    return {row.id: UnitId(row.unit_id) for row in found}


async def names(partners: Iterable[str]) -> dict[str, str]:
    """What these partners are called, by their ids."""
    named = sorted(set(partners))
    if not named:
        return {}
    async with scope.reading():
        return {row.id: row.name for row in await Partner.filter(id__in=named)}


async def locked(partner: PartnerId) -> Partner:
    """The partner's row, locked in the transaction under way. Raises `Refusal` NOT_FOUND."""
    found = is_id(partner) and await db.execute(
        "UPDATE partner SET changed_at = $3 WHERE tenant_id = $1 AND id = $2", scope.tenant_id(), partner, scope.now()
    )
    if not found:
        raise partner_not_found()
    return await Partner.get(id=partner)


async def tell_key_revoked(key: Key) -> None:
    """Tell, in the transaction under way, of a key that was just revoked, if it is a partner's."""
    if key.partner_id is not None:
        body = {"partner": key.partner_id, "api_key": key.id}
        await emit("partner.key_revoked", f"partner:{key.partner_id}", body, key.partner_id)


# -- helpers -----------------------------------------------------------------------------------------------------------


async def _coalition(program: ProgramId) -> Program:
    """The coalition's program, whose unit is shared from its first partner on."""
    row = await Program.get_or_none(id=program) if is_id(program) else None
    if row is None:
        raise Refusal(CoalitionErrorCode.NOT_FOUND, "There is no such program.", ("program",))
    if row.kind != "coalition":
        raise invalid("Only coalitions have partners.", "program")
    await db.execute(
        "INSERT INTO coalition (tenant_id, id, unit_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        scope.tenant_id(), row.id, row.unit_id, scope.now(),
    )  # fmt: skip
    if not await Coalition.exists(id=row.id):
        raise invalid("Another coalition shares this unit.", "program")
    return row


async def _checked(document: object, partner: Partner) -> Terms:
    try:
        terms = documents.load(Terms, document)
    except RulesInvalid as error:
        first = error.findings[0]
        raise invalid(f"{first.path}: {first.message}", "terms", *first.path.split(".")) from error
    if terms.currency not in EXPONENTS:
        raise Refusal(CoalitionErrorCode.INVALID_CURRENCY, "There is no such currency.", ("terms", "currency"))
    coalition = await Coalition.get(id=partner.program_id)
    smallest = 10 ** (await Unit.get(id=coalition.unit_id)).scale
    for name in ("issue_price", "reimbursement_price"):
        if getattr(terms, name) % smallest:
            raise invalid(
                f"A price is a multiple of {smallest} micros, so that each part of a point has one.", "terms", name
            )
    most = AMOUNT_MAX // micros_of_minor(terms.currency)
    if terms.fee > most:
        raise invalid(f"A fee is at most {most} minor units: more is not counted in micros.", "terms", "fee")
    if terms.prepaid and terms.credit_limit is not None:
        raise invalid("Who pays ahead has no credit.", "terms", "credit_limit")
    return terms


async def _move(
    partner: PartnerId, state: PartnerState, action: str, before: Sequence[PartnerState], reason: str | None
) -> PartnerView:
    async with scope.writing():
        row = await locked(partner)
        if row.state not in before:
            raise Refusal(CoalitionErrorCode.WRONG_STATE, f"This partner is {row.state}.", ("partner",))
        row.state, row.reason = state.value, reason
        if state is PartnerState.LEFT:
            row.left_on = await booking.today()
        await row.save(update_fields=["state", "reason", "left_on"])
        await audit.record(f"partner.{action}", f"partner:{row.id}", {} if reason is None else {"reason": reason})
        await emit(f"partner.{action}", f"partner:{row.id}", {"partner": row.id}, row.id)
        return (await views([row]))[0]


async def _change(partner: PartnerId, action: str, values: dict[str, Any], told: dict[str, Any]) -> PartnerView:
    async with scope.writing():
        row = await locked(partner)
        for name, value in values.items():
            setattr(row, name, value)
        await row.save(update_fields=list(values))
        await raise_revision()  # explanations name it
        await audit.record(f"partner.{action}", f"partner:{row.id}", told)
        return (await views([row]))[0]


def _name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= NAME_CHARACTERS_MAX or not name.isprintable():
        raise invalid(f"A name has 1 to {NAME_CHARACTERS_MAX} printable characters.", "name")
    return name


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_CHARACTERS_MAX or not storable(reason):
        raise invalid(f"A reason has 1 to {REASON_CHARACTERS_MAX} characters.", "reason")
    return reason
