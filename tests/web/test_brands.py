"""The pages of the demo's coalition, as a member clicks through them, on Guerdon itself."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from rich.progress import Progress

from demo import coalition, coalition_rules, coalition_story
from settings import settings
from tests.schema.conftest import own_settings, served  # noqa: F401 - fixtures
from tests.web.live import serving
from tests.web.test_shop import _alone
from web.shop.brands import BRANDS

CLUB = "/shop/harbour-club"
HOTELS = f"{CLUB}/partners/quay-hotels"


def test_the_story_and_the_pages_are_of_the_same_brands() -> None:
    assert {brand.slug: (brand.name, brand.prefix, dict(brand.goods)) for brand in coalition_rules.BRANDS.values()} == {
        brand.slug: (brand.name, brand.prefix, {sku: record.cents for sku, record in brand.goods.items()})
        for brand in BRANDS.values()
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
    for path in ("code", "link", "book", "cancel"):
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
    assert "$239.00 and 717 knots for you" in page
    (order,) = re.findall(r'name="order" value="(QH-[0-9A-F]{8})"', page)
    booked = await visitor.send(f"{HOTELS}/book", order=order, sku="QH-LOFT", points="100")
    assert f"Booked. Your number is {order}." in booked
    assert knots(booked) == before - 100 + 714
    again = await visitor.send(f"{HOTELS}/book", order=order, sku="QH-LOFT", points="100")
    assert knots(again) == before - 100 + 714, "an order that is sent twice is one"
    cancelled = await visitor.send(f"{HOTELS}/cancel", order=order)
    assert ("points that paid for it are yours again" in cancelled, knots(cancelled)) == (True, before)
    refused = await visitor.send(f"{HOTELS}/book", order="QH-0000000A", sku="QH-LOFT", points="10000000")
    assert ("You do not have that many points." in refused, knots(refused)) == (True, before)
    few = await visitor.send(f"{HOTELS}/book", order="QH-0000000B", sku="QH-LOFT", points="1")
    assert ("at least 100" in few, knots(few)) == (True, before)


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
    for path in ("code", "link", "book", "cancel"):
        assert (await alone.post(f"{HOTELS}/{path}", headers=own)).headers["location"] == HOTELS, "a guest does nothing"
