"""Partners and their terms: what is refused, by code and field; versions that are never rewritten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from kit.errors import Refusal
from ledger.models import Unit
from programs.coalition import partners
from programs.coalition.partners import PartnerId, PartnerState
from programs.decision import ProgramId
from programs.models import Program
from tenants import scope
from tests.programs.coalition.club import TERMS, open_club

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.mark.parametrize(("given", "refusal"), [
    ({"slug": "Air"}, ("INVALID", ("slug",))),
    ({"slug": ""}, ("INVALID", ("slug",))),
    ({"name": " "}, ("INVALID", ("name",))),
    ({"name": "x" * 201}, ("INVALID", ("name",))),
    ({"slug": "a"}, ("TAKEN", ("slug",))),
    ({"program": NOBODY}, ("NOT_FOUND", ("program",))),
    ({"program": "nonsense"}, ("NOT_FOUND", ("program",))),
])  # fmt: skip
async def test_a_partner_is_refused(database: object, given: dict[str, str], refusal: object) -> None:
    club = await open_club()
    asked = {"program": club.program_id, "slug": "air", "name": "Air", **given}
    async with club.here():
        with pytest.raises(Refusal) as caught:
            await partners.create(ProgramId(asked["program"]), asked["slug"], asked["name"])
    assert (caught.value.code, caught.value.field) == refusal


async def test_only_coalitions_have_partners(database: object) -> None:
    club = await open_club()
    async with club.here():
        async with scope.reading():
            points = await Program.get(kind="points")
        with pytest.raises(Refusal, match="Only coalitions"):
            await partners.create(ProgramId(points.id), "air", "Air")


@pytest.mark.parametrize(("document", "refusal"), [
    ({"issue_price": -1}, ("INVALID", ("terms", "issue_price"))),
    ({"issue_price": "a lot"}, ("INVALID", ("terms", "issue_price"))),
    ({"currency": "XYZ"}, ("INVALID_CURRENCY", ("terms", "currency"))),
    ({"period": "fortnight"}, ("INVALID", ("terms", "period"))),
    ({"prepaid": True, "credit_limit": 1}, ("INVALID", ("terms", "credit_limit"))),
    ({"fee": 900_719_925_475}, ("INVALID", ("terms", "fee"))),
    ({"caps": {"issued_per_day": 0}}, ("INVALID", ("terms", "caps", "issued_per_day"))),
    ({"nonsense": 1}, ("INVALID", ("terms", "nonsense"))),
])  # fmt: skip
async def test_terms_are_refused(database: object, document: dict[str, Any], refusal: object) -> None:
    club = await open_club()
    async with club.here():
        with pytest.raises(Refusal) as caught:
            await partners.save_terms(club.partners["a"].id, {**TERMS, **document})
    assert (caught.value.code, caught.value.field) == refusal


async def test_each_part_of_a_point_has_a_price(database: object) -> None:
    club = await open_club()
    async with club.here():
        async with scope.writing():
            await Unit.filter(slug="points").update(scale=2)
        with pytest.raises(Refusal, match="a multiple of 100 micros"):
            await partners.save_terms(club.partners["a"].id, {**TERMS, "issue_price": 15_050})
        await partners.save_terms(club.partners["a"].id, {**TERMS, "issue_price": 15_100})


@pytest.mark.parametrize("back", [timedelta(0), timedelta(days=1)])
async def test_what_was_is_never_rewritten(database: object, back: timedelta) -> None:
    club = await open_club()
    async with club.here():
        with pytest.raises(Refusal) as caught:
            await partners.save_terms(club.partners["a"].id, TERMS, club.shop.now - back)
    assert (caught.value.code, caught.value.field) == ("INVALID", ("valid_from",))


async def test_terms_hold_from_their_day_and_until_the_next(database: object) -> None:
    club = await open_club()
    partner, now = club.partners["a"].id, club.shop.now
    async with club.here():
        await partners.save_terms(
            partner, {**TERMS, "issue_price": 1}, now + timedelta(days=2), now + timedelta(days=4)
        )
        view = await partners.save_terms(partner, {**TERMS, "issue_price": 2}, now + timedelta(days=6))

    def price(at: datetime) -> int | None:
        found = view.terms_at(at)
        return None if found is None else found.terms.issue_price

    days = [price(now + timedelta(days=day)) for day in range(7)]
    assert days == [15_000, 15_000, 1, 1, None, None, 2]
    assert price(now - timedelta(seconds=1)) is None
    assert [each.number for each in view.terms] == [1, 2, 3]


async def test_a_partner_freezes_and_leaves_once(database: object) -> None:
    club = await open_club()
    partner = club.partners["a"].id
    async with club.here():
        frozen = await partners.freeze(partner, "looks odd")
        assert (frozen.state, frozen.reason) == (PartnerState.FROZEN, "looks odd")
        await _refused("WRONG_STATE", partners.freeze(partner, "again"))
        assert (await partners.unfreeze(partner)).state is PartnerState.ACTIVE
        await _refused("WRONG_STATE", partners.unfreeze(partner))
        await _refused("INVALID", partners.leave(partner, " "))
        assert (await partners.leave(partner, "goes on alone")).state is PartnerState.LEFT
        for work in (partners.freeze(partner, "late"), partners.unfreeze(partner), partners.save_terms(partner, TERMS)):
            await _refused("WRONG_STATE", work)
        await _refused("NOT_FOUND", partners.rename(PartnerId(NOBODY), "Nobody"))


async def _refused(code: str, work: Any) -> None:
    with pytest.raises(Refusal) as caught:
        await work
    assert caught.value.code == code
