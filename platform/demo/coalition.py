"""The demo's third tenant: Harbour Club, whose four brands share their points and are settled with.

Each brand's terms are of another sort, two months' ends are over, and the latest settlements wait for somebody to look
at them. Everything came in through the services that the APIs call, at the time at which it happened; what happened
besides purchases is in `coalition_besides`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from rich.progress import Progress

from demo import coalition_rules as rules
from demo import coalition_story as story
from demo import opening, people
from demo.coalition_besides import Stage
from demo.coalition_rules import BRANDS, KNOTS
from demo.coalition_story import Happening
from kit import clock, db
from kit.errors import Refusal
from ledger import sweeps
from members import service as members
from members.inputs import ConsentInput, MemberInput
from members.views import CONSENT_TO_COALITION, MemberId
from programs.activity import Activity, ActivityKind, Line, Tender, TenderKind
from programs.coalition import breakage, burning, earning, links, settlement_views, settlements
from programs.coalition.links import LinkConsent
from programs.coalition.partners import PartnerView
from programs.coalition.settlement_views import SettlementState
from programs.intake import record_batch
from programs.quote import RedeemPoints
from programs.records import MemberRef, Submission
from settings import Settings
from tenants import scope
from tenants.scope import TenantId

SHOP = opening.Shop("harbour-club", "Harbour Club", "Ines Marsh", ZoneInfo("America/New_York"))
SOURCE = "harbour-club"
APPROVED_AFTER, PAID_AFTER = timedelta(days=16), timedelta(days=23)
"""How old a settlement is when somebody has looked at it, and when the money has gone over."""


async def load(settings: Settings, progress: Progress) -> bool:
    """Found the club and live through its weeks; false if that is done already."""
    found = await opening.find(SHOP)
    if found is None:
        first = SHOP.today() - timedelta(days=story.DAYS)
        tenant = await opening.sign_up(settings, SHOP, first)
    else:
        first = found.created_at.astimezone(SHOP.zone).date()
        tenant = TenantId(found.id)
    told = story.tell(first)
    with scope.of(tenant):
        done = await opening.recorded(SOURCE)
        if done == len(told):
            return False
        with clock.pinned(SHOP.noon(first) - timedelta(hours=6)):
            async with scope.writing():
                partners = await rules.open_club()
            await opening.give_partners_keys(settings, SHOP, partners.values())
        await _live_through(done, Stage(partners, told, first), progress)
    return True


async def _live_through(done: int, stage: Stage, progress: Progress) -> None:
    partners, first, past = stage.partners, stage.first, timedelta(-1)
    task = progress.add_task("Loading Harbour Club", total=len(stage.told) - done)
    for _, happened in groupby(stage.told[done:], key=lambda each: (each.day.month, each.day.isocalendar().week)):
        days = [(day, list(group)) for day, group in groupby(happened, key=lambda each: each.day)]
        with clock.pinned(SHOP.noon(days[0][0]) - timedelta(hours=5)):
            await _close()
            await rules.renew(days[0][0] - first, partners)
        for day, group in days:
            with clock.pinned(SHOP.noon(day) - timedelta(hours=5)):
                await _look_after()
                await stage.happen(past, day - first)
                past = day - first
                await _enrol(partners, [each.customer for each in group if each.kind is ActivityKind.SIGNUP])
            # Before the evening nothing is paid with points, so that those of the day are there.
            await _record(partners, [each for each in group if not each.points])
            evening = [each for each in group if each.points]
            if evening:
                async with scope.writing():
                    for each in evening:
                        await _spend(partners[each.brand or ""], each)
            await _record(partners, evening)
            progress.advance(task, len(group))
    await _close()
    await _look_after()


async def _close() -> None:
    """Settle what is over, as the job does."""
    while await settlements.close_due(100):
        pass
    for each in await breakage.due():
        await breakage.estimate(each)


async def _look_after() -> None:
    """End what is due, and do what the club's people do with settlements of some age."""
    while await sweeps.expire_due():
        pass
    for one in await settlement_views.page(first=30):
        age = scope.now() - one.drafted_at
        if one.state is SettlementState.DRAFT and age > APPROVED_AFTER:
            await settlements.approve(f"demo:approve:{one.number}", one.id)
        elif one.state is SettlementState.APPROVED and age > PAID_AFTER:
            await settlements.pay(f"demo:pay:{one.number}", one.id, f"HC-{one.number:04}")


async def _enrol(partners: Mapping[str, PartnerView], joining: Sequence[str]) -> None:
    """Make members, and link them with the brands that know them: by consent, or by a code that covers more."""
    if not joining:
        return
    known = story.customers()
    async with scope.writing():
        made = await members.upsert_many(
            [
                MemberInput(external_id=each, joined_at=scope.now(), **_person(each),
                            consents=(ConsentInput(CONSENT_TO_COALITION, True, "sign-up"),))
                for each in joining
            ]
        )  # fmt: skip
        for customer, one in zip(joining, made, strict=True):
            assert not isinstance(one, Refusal), "the story's people are sound"
            for slug in known[customer]:
                await _link(partners[slug], customer, one.view.id)


async def _link(partner: PartnerView, customer: str, member: MemberId) -> None:
    own, key = f"{BRANDS[partner.slug].prefix}-{customer}", f"demo:link:{customer}"
    if int(customer[3:]) % 3:
        await links.link_by_consent(key, partner, customer, own)
    elif await links.of_customer(partner.id, own) is None:
        code = await links.make_code(member, LinkConsent)
        await links.link_by_code(key, partner, code.code, own)


def _person(customer: str) -> people.Person:
    """Another walk through the same names than the other shops'."""
    number = int(customer[3:])
    return {"name": people.person(str(number * 23 + 11))["name"], "email": f"sailor{number}@harbour-club.example"}


async def _spend(partner: PartnerView, each: Happening) -> None:
    """Pay for an order with points: set aside, then spent."""
    with clock.pinned(_at(each)):
        member = (await members.by_external_id(each.customer)).id
        reserved = await burning.reserve(
            f"demo:reserve:{each.number}", partner, member, RedeemPoints(each.points, KNOTS),
            order_reference=_order(each.number, partner), order_total=each.cents, currency="USD",
        )  # fmt: skip
        await burning.confirm(f"demo:confirm:{each.number}", partner, reserved.id)


async def _record(partners: Mapping[str, PartnerView], happened: Sequence[Happening]) -> None:
    items = [_submission(partners, each) for each in happened]
    for answer in await db.retrying(lambda: record_batch(items)) if items else ():
        if isinstance(answer, Exception):
            raise answer


def _submission(partners: Mapping[str, PartnerView], each: Happening) -> Submission:
    at, member = _at(each), MemberRef(external_id=each.customer)
    plain = Activity(f"{SOURCE}:{each.number}", each.kind.value, "", at, SOURCE)
    if each.brand is None:
        return Submission(scope.tenant_id(), member, plain, at)
    partner, bought = partners[each.brand], each.kind is ActivityKind.PURCHASE
    activity = replace(
        plain, order_id=_order(each.order if each.order is not None else each.number, partner),
        currency="USD" if bought else None, lines=tuple(_lines(each)), tenders=tuple(_tenders(each)), channel="web",
    )  # fmt: skip
    with clock.pinned(at):
        return earning.submission(partner, activity, member)


def _at(each: Happening) -> datetime:
    """Some time of its day by its number: between 8 and 18 o'clock, or in the evening if points pay for it."""
    minutes = 420 + each.number % 120 if each.points else (each.number * 137) % 600 - 240
    return SHOP.noon(each.day) + timedelta(minutes=minutes)


def _order(number: int, partner: PartnerView) -> str:
    return f"{BRANDS[partner.slug].prefix}-{number + 10_001}"


def _lines(each: Happening) -> Iterator[Line]:
    brand = BRANDS[each.brand or ""]
    for sku, pieces in each.pieces:
        yield Line(id=sku, sku=sku, amount=brand.goods[sku] * pieces, quantity=pieces, categories=(brand.category,))


def _tenders(each: Happening) -> Iterator[Tender]:
    if each.points:
        yield Tender(TenderKind.POINTS, each.points)
        if each.cents > each.points:
            yield Tender(TenderKind.CARD, each.cents - each.points)
