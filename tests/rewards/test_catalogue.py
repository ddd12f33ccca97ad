"""Rewards made, changed, archived and listed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kit.errors import Refusal
from kit.ids import new_id
from ledger.state import UnitId
from rewards import catalogue, terms
from rewards.inputs import RewardInput, check
from rewards.terms import (
    AmountOff,
    Donation,
    Experience,
    FreeProduct,
    FreeShipping,
    GiftCard,
    Money,
    PartnerReward,
    PercentOff,
    PointsAndCash,
    RewardTerms,
    StoreCredit,
    TierRaise,
)
from rewards.views import RewardId, RewardShops, VoucherSource
from tests.ledger.helpers import START
from tests.rewards.conftest import Foreign, Store, alike, code

TEN = Money(1000, "EUR")
GOOD = RewardInput(slug="mug", name="Mug", unit_id=UnitId(new_id()), points=100, terms=FreeProduct("MUG"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (AmountOff(TEN, Money(5000, "EUR")),
         '{"amount":{"amount":1000,"currency":"EUR"},"format":1,"kind":"amount_off",'
         '"minimum_order":{"amount":5000,"currency":"EUR"}}'),
        (PercentOff(10, TEN),
         '{"at_most":{"amount":1000,"currency":"EUR"},"format":1,"kind":"percent_off","minimum_order":null,'
         '"percent":10}'),
        (FreeProduct("MUG", 2), '{"format":1,"kind":"free_product","quantity":2,"sku":"MUG"}'),
        (FreeShipping(), '{"format":1,"kind":"free_shipping","minimum_order":null}'),
        (GiftCard(TEN), '{"amount":{"amount":1000,"currency":"EUR"},"format":1,"kind":"gift_card"}'),
        (StoreCredit(TEN), '{"amount":{"amount":1000,"currency":"EUR"},"format":1,"kind":"store_credit"}'),
        (Donation("trees", TEN),
         '{"amount":{"amount":1000,"currency":"EUR"},"cause":"trees","format":1,"kind":"donation"}'),
        (Experience("Come!"), '{"format":1,"instructions":"Come!","kind":"experience"}'),
        (PartnerReward("Spa", "Call."), '{"format":1,"instructions":"Call.","kind":"partner_reward","partner":"Spa"}'),
        (PointsAndCash("LP", TEN),
         '{"cash":{"amount":1000,"currency":"EUR"},"format":1,"kind":"points_and_cash","quantity":1,"sku":"LP"}'),
        (TierRaise("gold", 3), '{"format":1,"kind":"tier_raise","months":3,"tier":"gold"}'),
    ],
)  # fmt: skip
async def test_every_kind_is_kept(store: Store, given: RewardTerms, kept: str) -> None:
    made = await store.reward(terms=given)
    assert made.terms == given and made.kind is given.KIND
    assert await catalogue.get(made.id) == made
    assert terms.to_json(given) == kept
    assert terms.from_json(kept) == given


@pytest.mark.parametrize(
    ("changes", "expected", "field"),
    [
        ({"slug": "Mug"}, "INVALID", ("slug",)),
        ({"slug": "m" * 65}, "INVALID", ("slug",)),
        ({"name": "  "}, "INVALID", ("name",)),
        ({"name": "m" * 201}, "INVALID", ("name",)),
        ({"description": "\0"}, "INVALID", ("description",)),
        ({"points": -1}, "OUT_OF_RANGE", ("points",)),
        ({"points": 2**53}, "OUT_OF_RANGE", ("points",)),
        ({"stock": -1}, "OUT_OF_RANGE", ("stock",)),
        ({"limit_per_member": 0}, "OUT_OF_RANGE", ("limit_per_member",)),
        ({"position": 2**40}, "OUT_OF_RANGE", ("position",)),
        ({"tiers": ("gold", " ")}, "INVALID", ("tiers", "1")),
        ({"segments": ("s",) * 101}, "TOO_MANY", ("segments",)),
        ({"partners": (new_id(),)}, "INVALID", ("partners",)),
        ({"shops": RewardShops.BOTH, "partners": (new_id(),) * 101}, "TOO_MANY", ("partners",)),
        ({"image_url": "javascript:alert(1)"}, "INVALID", ("image_url",)),
        ({"image_url": "http://example.com/mug.png"}, "INVALID", ("image_url",)),
        ({"image_url": "https://[/mug.png"}, "INVALID", ("image_url",)),
        ({"starts_at": START, "ends_at": START}, "INVALID", ("ends_at",)),
        ({"unit_id": "points"}, "NOT_FOUND", ("unit",)),
        ({"terms": AmountOff(Money(0, "EUR"))}, "OUT_OF_RANGE", ("terms", "amount_off", "amount", "amount")),
        ({"terms": AmountOff(Money(1, "eur"))}, "INVALID_CURRENCY", ("terms", "amount_off", "amount", "currency")),
        ({"terms": AmountOff(TEN, Money(1, "USD"))}, "INVALID", ("terms", "amount_off")),
        ({"terms": PercentOff(101)}, "OUT_OF_RANGE", ("terms", "percent_off", "percent")),
        ({"terms": PercentOff(0)}, "OUT_OF_RANGE", ("terms", "percent_off", "percent")),
        ({"terms": FreeProduct("")}, "INVALID", ("terms", "free_product", "sku")),
        ({"terms": FreeProduct("M", 0)}, "OUT_OF_RANGE", ("terms", "free_product", "quantity")),
        ({"terms": Experience("i" * 2001)}, "INVALID", ("terms", "experience", "instructions")),
        ({"terms": Donation(" ", TEN)}, "INVALID", ("terms", "donation", "cause")),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], expected: str, field: tuple[str, ...]) -> None:
    check(GOOD)
    with pytest.raises(Refusal) as caught:
        check(replace(GOOD, **changes))
    assert (caught.value.code, caught.value.field, caught.value.final) == (expected, field, False)


async def test_all_that_is_said_is_kept_and_said_again_replaces_it(store: Store) -> None:
    first = await store.reward(
        "mug", 250, description="A mug.", tiers=("gold",), segments=("vip", "new"), stock=5, limit_per_member=2,
        voucher_source=VoucherSource.UPLOADED, image_url="https://example.com/mug.png", position=3, starts_at=START,
        ends_at=START + timedelta(days=1), terms=PercentOff(10),
    )  # fmt: skip
    assert (first.description, first.tiers, first.segments) == ("A mug.", ("gold",), ("vip", "new"))
    assert (first.stock, first.stock_left, first.limit_per_member, first.position) == (5, 5, 2, 3)
    assert (first.starts_at, first.ends_at) == (START, START + timedelta(days=1))
    assert first.image_url == "https://example.com/mug.png" and first.voucher_source is VoucherSource.UPLOADED
    second = await store.reward("mug", 200)
    assert second == replace(
        first, points=200, description="", tiers=(), segments=(), stock=None, limit_per_member=None, position=0,
        voucher_source=VoucherSource.NONE, image_url=None, starts_at=None, ends_at=None, terms=FreeProduct("MUG"),
        kind=FreeProduct.KIND,
    )  # fmt: skip


async def test_the_id_gives_a_new_slug_unless_another_has_it(store: Store) -> None:
    mug, cap = await store.reward("mug"), await store.reward("cap")
    assert (await store.reward("cup", id=mug.id)).id == mug.id
    assert (await catalogue.by_slug("cup")).id == mug.id
    assert await code(catalogue.by_slug("mug")) == "NOT_FOUND"
    assert await code(store.reward("cap", id=mug.id)) == "TAKEN"
    assert await catalogue.get(cap.id) == cap


async def test_two_at_once_make_one(store: Store) -> None:
    made = await asyncio.gather(*(store.reward("mug", points) for points in range(1, 9)))
    assert len({view.id for view in made}) == 1
    assert len(await catalogue.list_()) == 1


async def test_only_what_is_offered_now_fills_pages(store: Store) -> None:
    little = timedelta(seconds=1)
    windows: dict[str, Any] = {
        "over": {"ends_at": START}, "open": {"ends_at": START + little}, "later": {"starts_at": START + little},
        "begun": {"starts_at": START}, "gone": {}, "always": {},
    }  # fmt: skip
    made = {slug: await store.reward(slug, **given) for slug, given in windows.items()}
    await catalogue.archive(made["gone"].id)
    order = [made[slug].id for slug in ("open", "begun", "always")]
    assert [view.id for view in await catalogue.offered()] == order
    assert [view.id for view in await catalogue.offered(first=2)] == order[:2]
    assert [view.id for view in await catalogue.offered(after=order[0])] == order[1:]
    assert [view.id for view in await catalogue.offered(after=made["over"].id)] == order, "a cursor stays valid"
    assert await catalogue.offered(after=RewardId("no-id")) == []


async def test_the_catalogue_goes_by_position_in_pages(store: Store) -> None:
    made = [await store.reward(f"r{n}", position=position) for n, position in enumerate((2, 1, 1, 3))]
    archived = await catalogue.archive(made[2].id)
    assert archived.archived_at == START
    order = [made[1].id, made[0].id, made[3].id]
    assert [view.id for view in await catalogue.list_()] == order
    assert [view.id for view in await catalogue.list_(first=2)] == order[:2]
    assert [view.id for view in await catalogue.list_(after=order[0], first=1)] == order[1:2]
    assert [view.id for view in await catalogue.list_(include_archived=True)] == [order[0], made[2].id, *order[1:]]
    assert await catalogue.list_(after=RewardId(new_id())) == []
    assert await catalogue.list_(after=RewardId("no-id")) == []
    assert await catalogue.archive(made[2].id) == archived


async def test_anothers_reward_is_no_reward(store: Store, foreign: Foreign) -> None:
    async def get(id_: str) -> object:
        return await catalogue.get(RewardId(id_))

    async def archive(id_: str) -> object:
        return await catalogue.archive(RewardId(id_))

    async def change(id_: str) -> object:
        return await store.reward("mine", id=RewardId(id_))

    for ask in (get, archive, change):
        assert (await alike(ask, foreign.reward.id)).code == "NOT_FOUND"
    assert await code(catalogue.upsert(replace(GOOD, unit_id=foreign.store.unit))) == "NOT_FOUND"
    assert await catalogue.list_(include_archived=True) == []
    assert await catalogue.list_(after=foreign.reward.id) == []
