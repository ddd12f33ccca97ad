"""Units: made once by slug, renamed at will, their scale fixed by the first transfer."""

from __future__ import annotations

import asyncio

import pytest

from kit.errors import Refusal
from programs import rulebooks, units
from tenants import audit, scope
from tenants.roles import Action, permitting
from tests.ledger.helpers import open_shop as open_ledger
from tests.programs.factories import at, open_shop


async def test_unit_is_made_once_and_renamed(database: object) -> None:
    with at(await open_shop()):
        made = await units.upsert("stars", "star", "stars", 2)
        renamed = await units.upsert("stars", "Stern", "Sterne", 2)
        assert (renamed.id, renamed.name, renamed.name_plural, renamed.scale) == (made.id, "Stern", "Sterne", 2)
        assert [unit.slug for unit in await units.list_()] == ["points", "stars"]
        with permitting(frozenset({Action.READ_AUDIT_LOG})):
            actions = [(entry.action, entry.target) for entry in await audit.entries(first=2)]
    assert actions == [("unit.updated", f"unit:{made.id}"), ("unit.created", f"unit:{made.id}")]


async def test_new_unit_is_known_to_every_process(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        async with scope.reading():
            await rulebooks.load([tenant])
        made = await units.upsert("stars", "star", "stars")
        async with scope.reading():
            assert (await rulebooks.load([tenant]))[tenant].units["stars"] == made.id


async def test_scale_changes_before_the_first_transfer_and_never_after(database: object) -> None:
    shop = await open_ledger()
    with scope.of(shop.tenant):
        assert (await units.upsert("points", "point", "points", 2)).scale == 2
    await shop.earn(100)
    with scope.of(shop.tenant):
        with pytest.raises(Refusal) as refused:
            await units.upsert("points", "Punkt", "Punkte", 0)
        assert (refused.value.code, refused.value.field) == ("WRONG_STATE", ("scale",))
        assert (await units.get("points")).name == "point", "a refusal writes nothing"
        assert (await units.upsert("points", "Punkt", "Punkte", 2)).name == "Punkt"


@pytest.mark.parametrize(
    ("slug", "name", "plural", "scale", "code", "field"),
    [
        ("Points", "p", "ps", 0, "INVALID", "slug"),
        ("-p", "p", "ps", 0, "INVALID", "slug"),
        ("p" * 65, "p", "ps", 0, "INVALID", "slug"),
        ("p\n", "p", "ps", 0, "INVALID", "slug"),
        ("p", " ", "ps", 0, "INVALID", "name"),
        ("p", "p", "p\0s", 0, "INVALID", "name_plural"),
        ("p", "p", "ps", 7, "OUT_OF_RANGE", "scale"),
        ("p", "p", "ps", -1, "OUT_OF_RANGE", "scale"),
    ],
)
async def test_bad_unit_is_refused_by_field(
    database: object, slug: str, name: str, plural: str, scale: int, code: str, field: str
) -> None:
    with at(await open_shop()), pytest.raises(Refusal) as refused:
        await units.upsert(slug, name, plural, scale)
    assert (refused.value.code, refused.value.field) == (code, (field,))


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3)])
async def test_money_counts_in_its_currencys_minor_units(database: object, currency: str, digits: int) -> None:
    with at(await open_shop()):
        made = await units.upsert("money", "money", "money", currency=currency)
        assert (made.currency, made.scale) == (currency, digits)
        assert (await units.upsert("money", "money", "money", digits, currency)).scale == digits
        assert next(unit for unit in await units.list_() if unit.slug == "money").currency == currency


@pytest.mark.parametrize(
    ("scale", "currency", "code", "field"),
    [(None, "XXY", "INVALID_CURRENCY", "currency"), (None, "eur", "INVALID_CURRENCY", "currency"),
     (3, "EUR", "INVALID", "scale"), (0, "EUR", "INVALID", "scale")],
)  # fmt: skip
async def test_money_of_another_measure_is_refused(
    database: object, scale: int | None, currency: str, code: str, field: str
) -> None:
    with at(await open_shop()), pytest.raises(Refusal) as refused:
        await units.upsert("money", "money", "money", scale, currency)
    assert (refused.value.code, refused.value.field) == (code, (field,))


async def test_currency_changes_before_the_first_transfer_and_never_after(database: object) -> None:
    shop = await open_ledger()
    with scope.of(shop.tenant):
        assert (await units.upsert("points", "dollar", "dollars", currency="USD")).currency == "USD"
        assert (await units.upsert("points", "euro", "euros", currency="EUR")).currency == "EUR"
    await shop.earn(100)
    with scope.of(shop.tenant):
        for other in ("USD", None):
            with pytest.raises(Refusal) as refused:
                await units.upsert("points", "euro", "euros", 2, other)
            assert (refused.value.code, refused.value.field) == ("WRONG_STATE", ("currency",))
        assert (await units.upsert("points", "Euro", "Euros", currency="EUR")).name == "Euro"


async def test_another_tenants_unit_is_unknown(database: object) -> None:
    with at(await open_shop("theirs")):
        await units.upsert("stars", "star", "stars")
    with at(await open_shop("mine")):
        with pytest.raises(Refusal, match="NOT_FOUND"):
            await units.get("stars")
        assert [unit.slug for unit in await units.list_()] == ["points"]


async def test_two_who_make_one_unit_at_once_make_one(database: object) -> None:
    with at(await open_shop()):
        made = await asyncio.gather(*(units.upsert("stars", "star", "stars") for _ in range(8)))
        assert len({unit.id for unit in made}) == 1


async def test_units_have_a_limit(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "UNITS_MAX", 2)
    with at(await open_shop()):
        await units.upsert("stars", "star", "stars")
        with pytest.raises(Refusal, match="LIMIT_REACHED"):
            await units.upsert("miles", "mile", "miles")
        assert len(await units.list_()) == 2
