"""In the style of Huawei's unified membership: one membership over all lines; worked out by hand."""

from __future__ import annotations

import pytest

from programs.templates.catalogue import TEMPLATES
from programs.templates.template import Origin
from tests.programs.templates.club import OpenClub

pytestmark = pytest.mark.slow

UNIT = "unified-points"


async def test_one_membership_over_all_lines(open_club: OpenClub) -> None:
    club = await open_club("huawei-unified-membership")
    club.merchant.currency = "CNY"
    # One kind of points over all channels and lines: 1 per ¥10, whichever.
    assert await club.buy(4_000_00, line="phones", channel="store") == {UNIT: 400}
    assert await club.buy(500_00, line="wearables", channel="web") == {UNIT: 50}
    assert (await club.tier(), await club.has(UNIT)) == ("member", 450)
    # ¥500 more in a third line make ¥5,000 over all of them.
    assert await club.buy(500_00, line="cloud", channel="app") == {UNIT: 50}
    assert (await club.tier(), await club.perks()) == ("gold", {"birthday-gift", "service"})
    assert await club.redeem("unified-voucher") == 500
    # A survey, once a month.
    assert await club.does("survey") == {UNIT: 20}
    assert await club.does("survey", line="phones") == {}
    # A campaign for the core class of RFM, by tag: double points, 1,000 a month at most on top.
    assert await club.buy(1_000_00, line="phones") == {UNIT: 100}
    await club.merchant.do("memberUpsert", externalId="ann", tags=["rfm:core"])
    assert await club.buy(1_000_00, line="phones") == {UNIT: 200}
    assert await club.buy(13_000_00, line="phones") == {UNIT: 1_300 + 900}
    assert (await club.tier(), await club.perks()) == ("diamond", {"birthday-gift", "service", "trade-in"})
    assert await club.has(UNIT) == 20 + 100 + 200 + 2_200


def test_the_scorecard_is_told() -> None:
    told = [each.text for each in TEMPLATES["huawei-unified-membership"].figures if each.origin is Origin.DESCRIBED]
    assert [text for text in told if text.startswith("scorecard")] == [
        "scorecard: members +30 % a year", "scorecard: repurchase +25 %", "scorecard: NPS +15",
        "scorecard: marketing return +40 %", "scorecard: lifetime value +35 %",
    ]  # fmt: skip
