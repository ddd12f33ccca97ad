"""The pages of the demo's coalition, as a member clicks through them, on Guerdon itself."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from rich.progress import Progress

from demo import coalition, coalition_rules, coalition_story, opening
from settings import settings
from tests.schema.conftest import own_settings, served  # noqa: F401 - fixtures
from tests.web.live import serving
from tests.web.test_shop import _alone
from web.shop.brands import BRANDS

CLUB = "/shop/harbour-club"
HOTELS = f"{CLUB}/partners/quay-hotels"
AIR = f"{CLUB}/partners/harbour-air"
CHANGES = ("code", "link", "book", "cancel", "unlink", "perk", "convert", "undo", "redeem")


def test_the_story_and_the_pages_are_of_the_same_brands() -> None:
    assert {brand.slug: (brand.name, brand.prefix, dict(brand.goods)) for brand in coalition_rules.BRANDS.values()} == {
        brand.slug: (brand.name, brand.prefix, {sku: record.cents for sku, record in brand.goods.items()})
        for brand in BRANDS.values()
    }
    assert {slug: (own.rate, own.least, own.multiple) for slug, brand in BRANDS.items() if (own := brand.own)} == {
        rate["partner"]: (rate["own_points"] // rate["points"], rate["minimum"], rate["multiple"])
        for rate in coalition_rules.COALITION["conversions"]
    }


class Visitor:
    """A browser without scripts: it keeps cookies, follows redirects, and fills forms in."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def look(self, path: str, **query: str) -> str:
        """A page's text."""
        response = await self.client.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.text

    async def send(self, path: str, **fields: str) -> str:
        """Send a form and read the page that it leads to."""
        origin = str(self.client.base_url).rstrip("/")
        response = await self.client.post(path, data=fields, headers={"origin": origin}, follow_redirects=True)
        assert response.status_code == 200, response.text
        return response.text


@pytest.fixture
async def visitor(served: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> Visitor:  # noqa: F811 - the fixture
    """Somebody at the demo's coalition, which has a few members."""
    monkeypatch.setattr(coalition_story, "MEMBERS", 4)
    with Progress(disable=True) as progress:
        await coalition.load(settings(), progress)
    return Visitor(served)


def knots(page: str) -> int:
    """The balance that a brand's page shows."""
    (found,) = re.findall(r'class="balance">([\d,]+) ', page)
    return int(found.replace(",", ""))


async def test_a_guest_is_asked_in_and_a_newcomer_is_linked_by_a_code(visitor: Visitor) -> None:
    club = await visitor.look(CLUB)
    assert all(brand.name in club for brand in BRANDS.values())
    assert (">Cart" in club, "Knows you" in club) == (False, False)
    assert "Sign in or join" in await visitor.look(HOTELS)
    await visitor.send(f"{CLUB}/join", name="Ada <Lovelace>")
    assert "Quay Hotels does not know you yet" in await visitor.look(HOTELS)
    assert "That code is not good" in await visitor.send(f"{HOTELS}/link", code="0000-0000")
    elsewhere = {"origin": "https://evil.example"}
    for path in CHANGES:
        assert (await visitor.client.post(f"{HOTELS}/{path}", headers=elsewhere)).status_code == 403, path
    page = await visitor.send(f"{HOTELS}/code", BALANCE="on", PROFILE_NAME="on")
    (code,) = re.findall(r"<strong>([0-9A-Z]{4}-[0-9A-Z]{4})</strong>", page)
    page = await visitor.send(f"{HOTELS}/link", code=code)
    assert ("Welcome back, Ada &lt;Lovelace&gt;" in page, knots(page), "Lately" in page) == (True, 0, False)
    assert (await visitor.look(CLUB)).count("Knows you") == 1


async def test_a_room_is_booked_with_points_and_cancelled(visitor: Visitor) -> None:
    customer = next(name for name, brands in coalition_story.customers().items() if "quay-hotels" in brands)
    await visitor.send(f"{CLUB}/sign-in", customer=customer)
    before = knots(await visitor.look(HOTELS))
    page = await visitor.look(HOTELS, offer="QH-LOFT")
    assert ("Book for $239.00" in page, "717 knots" in page) == (True, True)
    worked_out = await visitor.look(HOTELS, offer="QH-LOFT", points="100")
    assert ("Book for $238.00" in worked_out, "714 knots" in worked_out, 'value="100"' in worked_out) == (True,) * 3
    too_many = await visitor.look(HOTELS, offer="QH-LOFT", points="10000000")
    assert f"<dt>{before:,} knots</dt>" in too_many, "no more than there are"
    one = await visitor.client.get(HOTELS, params={"offer": "QH-LOFT", "points": "1"}, follow_redirects=True)
    assert ("at least 100" in one.text, "Book for $239.00" in one.text) == (True, True)
    (order,) = re.findall(r'name="order" value="(QH-[0-9A-F]{8})"', page)
    booked = await visitor.send(f"{HOTELS}/book", order=order, sku="QH-LOFT", points="100")
    assert f"Booked. Your number is {order}." in booked
    assert knots(booked) == before - 100 + 714
    again = await visitor.send(f"{HOTELS}/book", order=order, sku="QH-LOFT", points="100")
    assert knots(again) == before - 100 + 714, "an order that is sent twice is one"
    cancelled = await visitor.send(f"{HOTELS}/cancel", order=order)
    assert ("knots that paid for it are yours again" in cancelled, knots(cancelled)) == (True, before)
    refused = await visitor.send(f"{HOTELS}/book", order="QH-0000000A", sku="QH-LOFT", points="10000000")
    assert ("You do not have that many knots." in refused, knots(refused)) == (True, before)
    few = await visitor.send(f"{HOTELS}/book", order="QH-0000000B", sku="QH-LOFT", points="1")
    assert ("at least 100" in few, knots(few)) == (True, before)


async def link(visitor: Visitor, path: str, **consent: str) -> str:
    """Get a code of the club's, and give it to the brand; its page then."""
    page = await visitor.send(f"{path}/code", **consent)
    (code,) = re.findall(r"<strong>([0-9A-Z]{4}-[0-9A-Z]{4})</strong>", page)
    return await visitor.send(f"{path}/link", code=code)


async def test_miles_become_knots_and_knots_miles_and_one_of_them_is_undone(visitor: Visitor) -> None:
    await visitor.send(f"{CLUB}/join", name="Ada")
    page = await link(visitor, AIR, BALANCE="on")
    assert ("5,000</strong> miles" in page, knots(page)) == (True, 0)
    page = await visitor.send(f"{AIR}/convert", key="k1", amount="2000", way="in")
    assert ("2,000 miles became 1,000 knots." in page, "3,000</strong> miles" in page, knots(page)) == (
        True,
        True,
        1000,
    )
    again = await visitor.send(f"{AIR}/convert", key="k1", amount="2000", way="in")
    assert ("3,000</strong> miles" in again, knots(again)) == (True, 1000), "what is sent twice is done once"
    page = await visitor.send(f"{AIR}/convert", key="k2", amount="600", way="out")
    assert ("300 knots became 600 miles." in page, "3,600</strong> miles" in page, knots(page)) == (True, True, 700)
    (made,) = re.findall(r'name="conversion" value="(cnv_\w+)"', page)
    page = await visitor.send(f"{AIR}/undo", conversion=made)
    assert ("Undone." in page, "3,000</strong> miles" in page, knots(page)) == (True, True, 1000)
    page = await visitor.send(f"{AIR}/undo", conversion=made)
    assert ("3,000</strong> miles" in page, knots(page)) == (True, 1000), "once is enough"
    for fields, words in (
        ({"amount": "100", "way": "in"}, "So many cannot be converted."),
        ({"amount": "501", "way": "out"}, "So many cannot be converted."),
        ({"amount": "3100", "way": "in"}, "You do not have that many."),
        ({"amount": "2400", "way": "out"}, "You do not have that many knots."),
    ):
        page = await visitor.send(f"{AIR}/convert", key=f"k-{fields['amount']}", **fields)
        assert (words in page, "3,000</strong> miles" in page, knots(page)) == (True, True, 1000), fields
    await visitor.send(f"{CLUB}/join", name="Bea")
    await link(visitor, AIR, BALANCE="on")
    assert "Undone" not in await visitor.send(f"{AIR}/undo", conversion=made), "it is another's"


async def test_a_brand_knows_what_was_agreed_and_no_more_once_unlinked(visitor: Visitor) -> None:
    customer = next(name for name, brands in coalition_story.customers().items() if "quay-hotels" in brands)
    await visitor.send(f"{CLUB}/sign-in", customer=customer)
    await visitor.send(f"{HOTELS}/unlink")
    page = await link(visitor, HOTELS, TIER="on")
    assert ("Not how many knots you have" in page, "✓ your tier" in page, 'class="balance"' in page) == (
        True,
        True,
        False,
    )
    page = await visitor.send(f"{HOTELS}/unlink")
    assert ("We do not know you any more." in page, "does not know you yet" in page) == (True, True)
    page = await link(visitor, HOTELS, BALANCE="on", HISTORY="on")
    assert ("Lately" in page, 'class="balance"' in page) == (True, True)


async def test_first_mates_have_breakfast_at_the_hotel(visitor: Visitor) -> None:
    await visitor.send(f"{CLUB}/join", name="Ada")
    page = await link(visitor, HOTELS, TIER="on", HISTORY="on")
    assert ("Crew" in page, "Breakfast at the quay" in page, "Nothing yet." in page) == (True, False, True)
    for number in range(2):
        await visitor.send(f"{HOTELS}/book", order=f"QH-000000{number}A", sku="QH-LIGHTHOUSE", points="0")
    page = await visitor.look(HOTELS)
    assert ("First mate" in page, "4 left" in page, page.count("Cancel order QH-000000")) == (True, True, 2)
    for left in (3, 3):  # sent twice
        page = await visitor.send(f"{HOTELS}/perk", key="p1", offer="breakfast")
        assert ("Enjoy it" in page, f"{left} left" in page) == (True, True)
    assert "That did not work." in await visitor.send(f"{HOTELS}/perk", key="p2", offer="dinner")


async def test_knots_buy_what_a_brand_gives(visitor: Visitor) -> None:
    await visitor.send(f"{CLUB}/join", name="Ada")
    page = await link(visitor, HOTELS, BALANCE="on")
    assert ('aria-label="Late checkout for 400 knots" disabled' in page, "Lounge pass" in page) == (True, False)
    (reward,) = re.findall(r'name="reward" value="(rwd_\w+)"', page)
    poor = await visitor.send(f"{HOTELS}/redeem", key="k0", reward=reward)
    assert "You do not have that many knots." in poor
    page = await visitor.send(f"{HOTELS}/book", order="QH-0000000A", sku="QH-LIGHTHOUSE", points="0")
    before = knots(page)
    codes = set()
    for _ in range(2):  # sent twice
        page = await visitor.send(f"{HOTELS}/redeem", key="k1", reward=reward)
        codes |= set(re.findall(r"<strong>(\w{4}-\w{4}-\w{4})</strong>", page))
        assert ("Late checkout is yours." in page, knots(page)) == (True, before - 400)
    assert len(codes) == 1
    gone = await visitor.send(f"{HOTELS}/redeem", key="k2", reward="rwd_none")
    assert ("not to be had any more" in gone, knots(gone)) == (True, before - 400)
    origin, fields = str(visitor.client.base_url).rstrip("/"), {"key": "k1", "reward": reward}
    sent = await visitor.client.post(f"{HOTELS}/redeem", data=fields, headers={"origin": origin})
    mine = sent.headers["location"]
    assert "is yours" in (await visitor.client.get(mine)).text
    await visitor.send(f"{CLUB}/join", name="Bea")
    await link(visitor, HOTELS, BALANCE="on")
    assert "is yours" not in (await visitor.client.get(mine)).text, "it is another's"


async def test_a_brands_own_people_find_its_statements_and_no_page_holds_a_secret(visitor: Visitor) -> None:
    office = await visitor.look(f"{HOTELS}/office")
    (first, *_) = re.findall(rf'href="({HOTELS}/statements/stl_\w+)\.csv"', office)
    statement = await visitor.client.get(f"{first}.csv")
    assert statement.text.startswith("# Guerdon statement 1\nprogram,harbour-club\npartner,quay-hotels\n")
    assert statement.headers["content-disposition"].startswith('attachment; filename="statement-quay-hotels-')
    assert (await visitor.client.get(f"{first}.pdf")).content.startswith(b"%PDF")
    others = first.replace("quay-hotels", "harbour-air")
    for path in (f"{others}.csv", f"{first}.exe", f"{HOTELS}/statements/none.csv"):
        assert (await visitor.client.get(path)).status_code == 404, path
    customer = next(name for name, brands in coalition_story.customers().items() if "quay-hotels" in brands)
    await visitor.send(f"{CLUB}/sign-in", customer=customer)
    pages = [office, await visitor.look(HOTELS), await visitor.look(HOTELS, offer="QH-LOFT"), await visitor.look(CLUB)]
    tenant = next(one for one in opening.tenants_told(settings()) if one["slug"] == "harbour-club")
    for secret in (tenant["secretKey"], *(one["key"] for one in tenant["partners"])):
        assert not any(secret in page for page in pages)
        assert secret not in str(visitor.client.cookies)


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The shop without Guerdon behind it."""
    keys = {"secretKey": "gsk_x", "publishableKey": "gpk_x"}
    partner = {"slug": "quay-hotels", "name": "Quay Hotels", "key": "gpt_x"}
    tenants = [{"slug": "cdnow", **keys}, {"slug": "harbour-club", **keys, "partners": [partner]}]
    (tmp_path / "demo.json").write_text(json.dumps({"tenants": tenants}))
    async with serving(_alone(tmp_path)) as client:
        yield client


async def test_there_are_the_brands_that_have_a_key_and_no_others(alone: httpx.AsyncClient) -> None:
    assert (await alone.get(HOTELS)).status_code == 200
    for path in (f"{CLUB}/partners/harbour-air", f"{CLUB}/partners/nobody", "/shop/partners/quay-hotels",
                 "/shop/cdnow/partners/quay-hotels"):  # fmt: skip
        assert (await alone.get(path)).status_code == 404, path
    for path in ("/cart", "/account", "/club"):
        assert (await alone.get(CLUB + path)).headers["location"] == CLUB
    own = {"origin": str(alone.base_url).rstrip("/")}
    for path in CHANGES:
        assert (await alone.post(f"{HOTELS}/{path}", headers=own)).headers["location"] == HOTELS, "a guest does nothing"
