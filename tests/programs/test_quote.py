"""Quotes: what a cart would earn and what points would pay, by the same rules as an order, with nothing written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kit import db
from kit.errors import Refusal
from kit.ids import new_id
from members.erase import erase
from members.service import MemberRef
from members.views import MemberId
from programs import quote_token, rulebooks, service, units, versions
from programs.activity import Activity, Line, LineKind, Tender, TenderKind
from programs.decision import ExplanationCode, ProgramId, VersionId
from programs.intake import drain, record
from programs.quote import (
    BalanceQuote,
    Cart,
    Quote,
    RedeemPoints,
    RedeemReward,
    RedemptionQuote,
    payment_option,
    quote,
)
from programs.quote_token import PinnedPayment, PinnedReward, open_token
from programs.records import MemberRef as SubmittedFor
from programs.records import Submission
from rewards import catalogue
from rewards.redemptions import ForReward, reserve
from rewards.terms import AmountOff, Money
from rewards.views import RewardId
from settings import settings
from tenants import scope
from tenants.scope import TenantId
from tests.programs.factories import START, at, give, join, make_program, make_reward, open_shop, publish_program
from tests.programs.points.factories import Document, document, fixed, line, per_amount

TEN_DOLLARS = Cart("USD", (line(1000),))


@pytest.fixture(autouse=True)
def own_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("GUERDON_SECRET_KEY", "a secret of the tests, 32 characters")
    monkeypatch.setenv("GUERDON_DATA_DIR", str(tmp_path / "var"))
    settings.cache_clear()
    quote_token._root.cache_clear()
    yield
    settings.cache_clear()
    quote_token._root.cache_clear()


@pytest.fixture
async def tenant(database: object) -> AsyncIterator[TenantId]:
    """The scope of a tenant that has a unit `points` and no program yet."""
    tenant = await open_shop()
    with at(tenant):
        yield tenant


def paying(points: int, worth: int, **limits: Any) -> Document:
    """Rules by which nothing is earned, and points pay."""
    return document(payment={"points": points, "worth": worth, "currency": "USD", **limits})


async def asked(who: MemberId, points: int, order: int = 10_000) -> tuple[int, int]:
    """How many points a member would pay for an order with, and how much that is."""
    answer = await quote(Cart("USD", (line(order),)), MemberRef(who), RedeemPoints(points))
    assert answer.redeem is not None and answer.redeem.value is not None
    return answer.redeem.points, answer.redeem.value.amount


def earns(answer: Quote) -> list[int]:
    return [movement.amount for program in answer.programs for movement in program.earns]


async def buy(tenant: TenantId, who: MemberId, cart: Cart) -> int:
    """Record the cart as an order; answers the points that it earned."""
    activity = Activity(
        new_id(), "purchase", "", scope.now(), currency=cart.currency, lines=cart.lines, tenders=cart.tenders
    )
    recorded = await record(Submission(tenant, SubmittedFor(id=who), activity, scope.now()))
    return sum(posted.amount for posted in recorded.posted)


async def everything() -> list[int]:
    """The number of rows in each table that an order writes to."""
    tables = ("activity", "decision", "counter", "transfer", "account", "lot", "redemption", "event", "audit_entry")
    async with scope.reading():
        return [len(await db.rows(f"SELECT id FROM {table}")) for table in tables]


# -- earning -----------------------------------------------------------------------------------------------------------


async def test_quote_tells_what_the_order_then_earns(tenant: TenantId) -> None:
    await drain()
    await publish_program(document(per_amount(3), fixed(50, conditions={"first_time_only": True})))
    who = await join()
    for expected in (80, 30):  # the bonus is for the first time only
        before = await everything()
        answer = await quote(TEN_DOLLARS, MemberRef(who))
        assert await everything() == before, "a quote writes nothing"
        assert sum(earns(answer)) == expected
        assert await buy(tenant, who, TEN_DOLLARS) == expected
    await drain()


async def test_caps_of_all_members_hold_for_guests_and_their_own_do_not(tenant: TenantId) -> None:
    await drain()
    caps = [{"limit": 15, "period": "day", "per": "program"}]
    await publish_program(document(per_amount(1, caps=caps)))
    assert earns(await quote(TEN_DOLLARS)) == [10]
    await buy(tenant, await join("bob"), TEN_DOLLARS)
    assert earns(await quote(TEN_DOLLARS)) == [5]
    await drain()


async def test_each_program_answers_for_itself_and_says_why(tenant: TenantId) -> None:
    await units.upsert("stars", "star", "stars")
    club = await publish_program(name="Club")
    stars = await publish_program(document(fixed(5), unit="stars", pending={"type": "days", "days": 14}),
                                  name="Stars", unit="stars")  # fmt: skip
    resting = await publish_program(name="Resting")
    await service.pause(resting.id)
    await make_program(name="Drafted")
    who = await join()
    answer = await quote(TEN_DOLLARS, MemberRef(who))
    by_id = {program.program_id: program for program in answer.programs}
    assert set(by_id) == {club.id, stars.id, resting.id}
    assert [movement.amount for movement in by_id[club.id].earns] == [10]
    assert by_id[stars.id].earns[0].matures_at is not None
    assert [line.code for line in by_id[resting.id].explanation] == [ExplanationCode.PROGRAM_NOT_LIVE]
    assert ExplanationCode.BASE in {line.code for line in by_id[club.id].explanation}
    points, star = (await units.get("points")).id, (await units.get("stars")).id
    assert set(answer.balances) == {BalanceQuote(points, 0, 0, 10, 0), BalanceQuote(star, 0, 0, 0, 5)}
    pinned = open_token(answer.token, TEN_DOLLARS.fingerprint(), who)
    assert club.live is not None and stars.live is not None
    assert pinned.versions == {club.id: club.live.id, stars.id: stars.live.id}


async def test_guest_is_told_what_an_order_would_earn(tenant: TenantId) -> None:
    await publish_program(document(per_amount(), fixed(50, conditions={"first_time_only": True})))
    mug = await make_reward(points=40)
    answer = await quote(TEN_DOLLARS)
    assert sum(earns(answer)) == 60
    assert (answer.balances, answer.redeem) == ((), None)
    assert [(r.reward.id, r.points_missing, r.affordable) for r in answer.rewards] == [(mug.id, 40, False)]
    for wish in (RedeemPoints(10), RedeemReward(mug.id)):
        with pytest.raises(Refusal) as refused:
            await quote(TEN_DOLLARS, redeem=wish)
        assert (refused.value.code, refused.value.field) == ("NOT_ELIGIBLE", ("redeem",))


async def test_what_points_pay_earns_nothing(tenant: TenantId) -> None:
    rules = document(per_amount(), payment={"points": 1, "worth": 1, "currency": "USD"})
    await publish_program(rules)
    who = await join()
    await give(who, 5_000)
    answer = await quote(TEN_DOLLARS, MemberRef(who), RedeemPoints(400))
    assert earns(answer) == [6]
    (balance,) = answer.balances
    assert (balance.available, balance.available_after) == (5_000, 5_000 - 400 + 6)
    said_before = replace(TEN_DOLLARS, tenders=(Tender(TenderKind.POINTS, 400), Tender(TenderKind.CARD, 600)))
    assert earns(await quote(said_before, MemberRef(who))) == [6]
    assert earns(await quote(said_before, MemberRef(who), RedeemPoints(400))) == [6], "not taken off twice"


async def test_reward_line_earns_nothing(tenant: TenantId) -> None:
    await publish_program()
    gift = Line(id="2", amount=500, kind=LineKind.REWARD)
    assert earns(await quote(Cart("USD", (line(1000), gift)))) == [10]


@pytest.mark.parametrize(
    ("cart", "code", "field"),
    [
        (Cart("USD", ()), "INVALID", ("cart", "lines")),
        (Cart("USD", (line(-1),)), "OUT_OF_RANGE", ("cart", "lines", "0", "amount")),
        (Cart("USD", (line(1), line(1))), "DUPLICATE_LINE", ("cart", "lines", "1", "id")),
        (Cart("XXY", (line(1),)), "INVALID_CURRENCY", ("cart", "currency")),
    ],
)
async def test_bad_cart_is_refused_by_field(tenant: TenantId, cart: Cart, code: str, field: tuple[str, ...]) -> None:
    with pytest.raises(Refusal) as refused:
        await quote(cart)
    assert (refused.value.code, refused.value.field) == (code, field)


async def test_unknown_and_erased_members_get_no_quote(tenant: TenantId) -> None:
    with at(await open_shop("theirs")):
        theirs = await join("canary")
    for ref in (MemberRef(theirs), MemberRef(MemberId(new_id())), MemberRef(external_id="canary")):
        with pytest.raises(Refusal) as refused:
            await quote(TEN_DOLLARS, ref)
        assert (refused.value.code, refused.value.field) == ("NOT_FOUND", ("member",))
    who = await join()
    await erase(who)
    with pytest.raises(Refusal, match="ERASED"):
        await quote(TEN_DOLLARS, MemberRef(who))


async def test_another_tenants_programs_and_rewards_do_not_count(tenant: TenantId) -> None:
    with at(await open_shop("theirs")):
        await publish_program()
        theirs = await make_reward()
    who = await join()
    answer = await quote(TEN_DOLLARS, MemberRef(who))
    assert (answer.programs, answer.rewards) == ((), ())
    with pytest.raises(Refusal) as refused:
        await quote(TEN_DOLLARS, MemberRef(who), RedeemReward(theirs.id))
    assert (refused.value.code, refused.value.field) == ("NOT_FOUND", ("redeem", "reward_id"))


# -- points as payment -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "balance", "wish", "order", "expected"),
    [
        (paying(1, 1, minimum=500, maximum_share_percent=50), 5_000, 1_000, 10_000, (1_000, 1_000)),  # S1
        (paying(1, 1, minimum=500, maximum_share_percent=50), 5_000, 400, 10_000, (0, 0)),
        (paying(1, 1, minimum=500, maximum_share_percent=50), 9_000, 9_000, 10_000, (5_000, 5_000)),
        (paying(1, 100, multiple=3), 11, 11, 10_000, (9, 900)),  # S2
        (paying(1, 3), 3_030, 3_030, 300_000, (3_030, 9_090)),  # S6
        (paying(2, 300), 5, 5, 10_000, (4, 600)),  # S8
        (paying(1, 1), 5_000, 700, 10_000, (700, 700)),  # promise 11: the member's choice
        (paying(1, 1), 300, 700, 10_000, (300, 300)),
        (paying(1, 1, maximum=250), 5_000, 700, 10_000, (250, 250)),
        (paying(1, 1), 5_000, 5_000, 400, (400, 400)),
        (paying(1, 1), 0, 700, 10_000, (0, 0)),
    ],
)
async def test_points_pay_what_the_program_says(
    tenant: TenantId, rules: Document, balance: int, wish: int, order: int, expected: tuple[int, int]
) -> None:
    await publish_program(rules)
    who = await join()
    if balance:
        await give(who, balance)
    assert await asked(who, wish, order) == expected


async def test_only_a_live_program_in_this_currency_takes_points(tenant: TenantId) -> None:
    who = await join()
    await give(who, 100)

    async def refused(cart: Cart = TEN_DOLLARS, wish: RedeemPoints | None = None) -> tuple[str, tuple[str, ...]]:
        with pytest.raises(Refusal) as refusal:
            await quote(cart, MemberRef(who), wish or RedeemPoints(10))
        return refusal.value.code, refusal.value.field

    assert await refused() == ("NOT_ELIGIBLE", ("redeem",))
    program = await publish_program(paying(1, 1))
    assert await refused(Cart("EUR", (line(1000),))) == ("NOT_ELIGIBLE", ("redeem",))
    assert await refused(wish=RedeemPoints(10, "stars")) == ("NOT_ELIGIBLE", ("redeem",))
    assert await refused(wish=RedeemPoints(0)) == ("OUT_OF_RANGE", ("redeem", "points"))
    await service.pause(program.id)
    assert await refused() == ("NOT_ELIGIBLE", ("redeem",))


async def test_where_two_units_pay_one_must_be_named(tenant: TenantId) -> None:
    await units.upsert("stars", "star", "stars")
    await publish_program(paying(1, 1))
    await publish_program({**paying(1, 100), "unit": "stars"}, unit="stars")
    who = await join()
    await give(who, 100)
    await give(who, 3, "stars")
    with pytest.raises(Refusal) as refused:
        await quote(TEN_DOLLARS, MemberRef(who), RedeemPoints(10))
    assert (refused.value.code, refused.value.field) == ("INVALID", ("redeem", "unit"))
    answer = await quote(TEN_DOLLARS, MemberRef(who), RedeemPoints(10, "stars"))
    assert answer.redeem is not None and (answer.redeem.points, answer.redeem.value) == (3, Money(300, "USD"))


# -- rewards -----------------------------------------------------------------------------------------------------------


async def test_reward_costs_its_own_price(tenant: TenantId) -> None:
    """S3: nobody can say what a reward costs."""
    mug, car = await make_reward("mug", 5), await make_reward("car", 1_000)
    who = await join()
    await give(who, 50)
    answer = await quote(TEN_DOLLARS, MemberRef(who), RedeemReward(mug.id))
    assert [(r.reward.slug, r.points, r.points_missing) for r in answer.rewards] == [("mug", 5, 0), ("car", 1_000, 950)]
    assert answer.redeem == RedemptionQuote(mug.unit_id, 5, reward=mug)
    assert [(b.available, b.available_after) for b in answer.balances] == [(50, 45)]
    assert open_token(answer.token, None, who).redeem == PinnedReward(mug.id, mug.unit_id, 5)
    with pytest.raises(Refusal) as refused:
        await quote(TEN_DOLLARS, MemberRef(who), RedeemReward(car.id))
    assert (refused.value.code, refused.value.field) == ("INSUFFICIENT_POINTS", ("redeem", "reward_id"))


async def test_rewards_that_the_member_or_cart_cannot_have_are_left_out(tenant: TenantId) -> None:
    who = await join()
    await give(who, 500)
    large = AmountOff(Money(500, "USD"), minimum_order=Money(1_001, "USD"))
    euros = AmountOff(Money(500, "EUR"), minimum_order=Money(100, "EUR"))
    once = await make_reward("once", limit_per_member=1)
    await reserve("key", who, ForReward(once.id))
    refusals = {
        await _id("large", terms=large): "NOT_ELIGIBLE",
        await _id("euros", terms=euros): "NOT_ELIGIBLE",
        await _id("none-left", stock=0): "OUT_OF_STOCK",
        await _id("gold-only", tiers=("gold",)): "NOT_ELIGIBLE",
        await _id("over", ends_at=START): "ENDED",
        await _id("later", starts_at=START + timedelta(days=1)): "NOT_ELIGIBLE",
        once.id: "LIMIT_REACHED",
        (await catalogue.archive(await _id("archived"))).id: "ENDED",
        RewardId(new_id()): "NOT_FOUND",
        RewardId("no id"): "NOT_FOUND",
    }
    assert (await quote(TEN_DOLLARS, MemberRef(who))).rewards == ()
    for reward, code in refusals.items():
        with pytest.raises(Refusal) as refused:
            await quote(TEN_DOLLARS, MemberRef(who), RedeemReward(reward))
        assert (refused.value.code, refused.value.field) == (code, ("redeem", "reward_id"))
    fitting = await quote(Cart("USD", (line(1_001),)), MemberRef(who))
    assert [reward.reward.slug for reward in fitting.rewards] == ["large"]


async def _id(slug: str, **given: Any) -> RewardId:
    return (await make_reward(slug, **given)).id


# -- the token ---------------------------------------------------------------------------------------------------------


async def test_quote_holds_until_it_expires_whatever_is_published(tenant: TenantId) -> None:
    """Promise 6."""
    program = await publish_program(paying(1, 2))
    who = await join()
    await give(who, 1_000)
    answer = await quote(TEN_DOLLARS, MemberRef(who), RedeemPoints(100))
    assert answer.expires_at == START + timedelta(minutes=15)
    with at(tenant, START + timedelta(minutes=5)):
        await versions.save_draft(program.id, paying(1, 1))
        await versions.publish(program.id)
        assert await asked(who, 100) == (100, 100)
    last_moment = START + timedelta(minutes=15, microseconds=-1)
    with at(tenant, last_moment):
        pinned = open_token(answer.token, TEN_DOLLARS.fingerprint(), who)
        assert pinned.expires_at == answer.expires_at
        assert pinned.redeem == PinnedPayment(program.id, (await units.get("points")).id, 100, 200, "USD")
        async with scope.reading():
            rules = (await rulebooks.load([tenant]))[tenant]
        option = payment_option(rules, "USD", None, scope.now(), pinned.versions)
        assert (option.program_id, option.terms.worth) == (program.id, 2)
        assert rules.rulebook.pin(pinned.versions).pinned == pinned.versions
    with at(tenant, START + timedelta(minutes=15)), pytest.raises(Refusal) as refused:
        open_token(answer.token, TEN_DOLLARS.fingerprint(), who)
    assert (refused.value.code, refused.value.field) == ("QUOTE_EXPIRED", ("quote_token",))


async def test_quote_is_for_its_cart_only(tenant: TenantId) -> None:
    lines = (line(1000, "1", tags=("a", "b")), line(500, "2"))
    cart = Cart("USD", lines, codes=("X", "Y"), channel="web")
    token = (await quote(cart)).token
    same = replace(cart, lines=(lines[1], replace(lines[0], tags=("b", "a"))), codes=("Y", "X"),
                   tenders=(Tender(TenderKind.CARD, 1500),))  # fmt: skip
    assert open_token(token, same.fingerprint(), None).cart == cart.fingerprint()
    others = [
        replace(cart, currency="EUR"), replace(cart, lines=lines[:1]), replace(cart, codes=("X",)),
        replace(cart, channel="store"), replace(cart, lines=(line(1001, "1", tags=("a", "b")), lines[1])),
    ]  # fmt: skip
    for other in others:
        with pytest.raises(Refusal) as refused:
            open_token(token, other.fingerprint(), None)
        assert (refused.value.code, refused.value.field) == ("QUOTE_FOR_ANOTHER_CART", ("quote_token",))


async def test_members_quote_is_theirs_and_a_guests_is_anybodys(tenant: TenantId) -> None:
    ann, bob = await join("ann"), await join("bob")
    token = (await quote(TEN_DOLLARS, MemberRef(ann))).token
    assert open_token(token, None, ann).member_id == ann
    for other in (bob, None):
        with pytest.raises(Refusal, match="QUOTE_INVALID"):
            open_token(token, None, other)
    guests = (await quote(TEN_DOLLARS)).token
    assert open_token(guests, None, bob).member_id is None


async def test_token_of_another_tenant_is_refused(tenant: TenantId) -> None:
    token = (await quote(TEN_DOLLARS)).token
    with at(await open_shop("theirs")), pytest.raises(Refusal, match="QUOTE_INVALID"):
        open_token(token, None, None)


async def test_every_changed_token_is_refused(tenant: TenantId) -> None:
    await publish_program()
    token = (await quote(TEN_DOLLARS)).token
    prefix, payload, signature = token.split(".")
    changed = [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(len(token))]
    forged = [
        "", "gq1", "gq1.", "gq1..", f"{prefix}.{payload}", f"{prefix}.{payload}.", f"{prefix}..{signature}",
        f"{token}.", f"{token}=", f" {token}", f"{prefix}.é.{signature}", "A" * 40_000, f"gq2.{payload}.{signature}",
        f"{prefix}.{payload}.{signature}.{signature}",
    ]  # fmt: skip
    for each in changed + forged:
        with pytest.raises(Refusal) as refused:
            open_token(each, None, None)
        assert refused.value.code == "QUOTE_INVALID", each
    assert open_token(token, None, None).member_id is None


async def test_token_that_pins_many_programs_can_be_opened(tenant: TenantId) -> None:
    pins = {ProgramId(new_id()): VersionId(new_id()) for _ in range(service.PROGRAMS_MAX)}
    pinned = quote_token.Pinned(None, "f" * 64, pins, None, quote_token.expiry(START))
    assert open_token(quote_token.sign(pinned), None, None) == pinned
