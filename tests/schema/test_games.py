"""Games over HTTP: published with their odds, played by a shopper, checked by anybody, looked at by staff."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest

from tests.schema.served import CREATE, MEMBER, PUBLISH, Api, Data, Shop
from tests.schema.test_tenants_apart import LAWFUL

GIFT = {"points": {"unit": "points", "points": 50}}
WHEEL = {"wheel": {"outOf": 100, "prizes": [
    {"id": "fifty", "name": "Fifty", "weight": 30, "gift": GIFT, "stock": 1000,
     "becomes": {"consolation": {"prize": "blank"}}},
    {"id": "blank", "name": "Nothing", "weight": 70},
]}}  # fmt: skip
BOARD = {"leaderboard": {"prizes": [{"id": "top", "name": "Top", "gift": GIFT, "fromRank": 1, "toRank": 3}]}}
CHECK_IN = {"id": "in", "name": "Check-in", "earn": {"perActivity": {"plays": 2, "kind": "check_in"}}, "perDay": 10}
GAMES = """{ games { programId name type open odds { prize percent gift { points { unit points } } } chanceOfWinning
  rules rulesPath commitment playsLeft nextPlayId freePlays round { key winners { position } } } }"""
PLAY = """mutation ($input: GamePlayInput!) { gamePlay(input: $input) {
  play { id memberId drawnPrize prize won number outOf nonce clientText commitment seed explanation }
  balances { available unit { slug } } userErrors { code field } } }"""
FREE = """mutation ($input: GameFreePlaysTakeInput!) { gameFreePlaysTake(input: $input) {
  balances { available unit { slug } } userErrors { code field } } }"""
FREE_TOLD = """mutation ($input: GameFreePlaysTakeInput!) { gameFreePlaysTake(input: $input) {
  userErrors { code field message } } }"""
VERIFY = "query ($id: ID!) { gameVerify(playId: $id) { holds play { memberId seed } odds { prize weight } } }"


async def make(shop: Shop, game: Data, slug: str = "game", **more: Any) -> str:
    """A live game of the member `c-1`."""
    await units(shop)
    rules = {"game": {"unit": "plays", "game": game, "earn": [CHECK_IN], **LAWFUL, **more}}
    made = await shop.admin.do(CREATE, input={"slug": slug, "name": "Game", "rules": rules})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    await shop.admin.do(MEMBER, input={"externalId": "c-1", "name": "Ann"})
    id_: str = made["program"]["id"]
    return id_


async def units(shop: Shop) -> None:
    for unit in ("points", "plays"):
        await shop.admin.do(
            "mutation ($slug: String!) { unitUpsert(input: {slug: $slug, name: $slug, namePlural: $slug})"
            " { userErrors { code } } }", slug=unit,
        )  # fmt: skip


async def shopper(shop: Shop, external_id: str = "c-1") -> Api:
    made = await shop.admin.do(
        "mutation ($id: String!) { customerTokenCreate(input: {member: {externalId: $id}}) { token"
        " userErrors { code } } }", id=external_id,
    )  # fmt: skip
    return shop.storefront(made["token"])


async def check_in(shop: Shop, key: str, external_id: str = "c-1") -> None:
    await shop.admin.do(
        "mutation ($key: String!, $id: String!) { recordActivity(input: {idempotencyKey: $key, member:"
        " {externalId: $id}, activity: {event: {kind: \"check_in\"}}}) { userErrors { code } } }",
        key=key, id=external_id,
    )  # fmt: skip


async def test_a_shopper_plays_and_anybody_checks(shop: Shop) -> None:
    game = await make(shop, WHEEL, free={"plays": 1})
    guest, ann = shop.storefront(), await shopper(shop)
    (seen,) = (await guest.ask(GAMES))["games"]
    assert (seen["type"], seen["open"], seen["chanceOfWinning"]) == ("WHEEL", True, "30 %")
    assert [odds["percent"] for odds in seen["odds"]] == ["30 %", "70 %"]
    assert (seen["playsLeft"], seen["nextPlayId"], seen["freePlays"]) == (None, None, None)
    assert seen["rulesPath"].startswith("/games/ten_") and seen["rulesPath"].endswith(game)

    took = await ann.do(FREE, input={"idempotencyKey": "f", "programId": game})
    assert {each["unit"]["slug"]: each["available"] for each in took["balances"]}["plays"] == 1
    refused = await ann.ask(FREE_TOLD, input={"idempotencyKey": "g", "programId": game})
    assert refused["gameFreePlaysTake"]["userErrors"] == [
        {"code": "LIMIT_REACHED", "field": ["programId"], "message": "The free plays of this day were had already."}
    ]
    (mine,) = (await ann.ask(GAMES))["games"]
    assert (mine["playsLeft"], mine["freePlays"], mine["commitment"]) == (1, False, seen["commitment"])

    wish = {"idempotencyKey": "p", "programId": game, "clientText": "my-text", "playId": mine["nextPlayId"]}
    made = (await ann.do(PLAY, input=wish))["play"]
    assert (made["id"], made["commitment"], made["seed"]) == (mine["nextPlayId"], seen["commitment"], None)
    assert made["memberId"] is not None and len(made["explanation"]) == 2
    again = await ann.refused(PLAY, input={**wish, "idempotencyKey": "q"})
    assert again == [("ALREADY_PLAYED", ["playId"])]
    assert await ann.refused(PLAY, input={**wish, "idempotencyKey": "r", "playId": None}) == [("NO_PLAYS", [])]
    assert (await guest.ask(VERIFY, id=made["id"]))["gameVerify"]["holds"] is None

    rotated = await shop.admin.do(
        "mutation ($id: ID!) { gameSeedRotate(input: {idempotencyKey: \"s\", programId: $id})"
        " { seed { number commitment } userErrors { code } } }", id=game,
    )  # fmt: skip
    assert rotated["seed"]["number"] == 2
    shown = (await guest.ask(VERIFY, id=made["id"]))["gameVerify"]
    assert (shown["holds"], shown["play"]["memberId"]) == (True, None)
    seed = bytes.fromhex(shown["play"]["seed"])
    assert hashlib.sha256(seed).hexdigest() == seen["commitment"]
    digest = hmac.new(seed, f"{made['id']}:my-text:{made['nonce']}".encode(), hashlib.sha256).digest()
    assert int.from_bytes(digest[:8], "big") % 100 == made["number"]
    assert (made["number"] < 30) == (made["prize"] == "fifty") == made["won"]

    listed = await shop.admin.ask(
        "query ($id: ID!) { gamePlays(programId: $id) { nodes { id memberId seed } }"
        " gameSeeds(programId: $id) { nodes { number seed } } }", id=game,
    )  # fmt: skip
    assert [each["id"] for each in listed["gamePlays"]["nodes"]] == [made["id"]]
    assert [(each["number"], each["seed"]) for each in listed["gameSeeds"]["nodes"]] == [(2, None), (1, seed.hex())]
    assert len((await ann.ask("{ gamePlays { nodes { id } } }"))["gamePlays"]["nodes"]) == 1
    assert (await guest.ask("{ gamePlays { nodes { id } } }"))["gamePlays"]["nodes"] == []


async def test_no_shopper_takes_a_key_from_another_or_from_the_shop(shop: Shop) -> None:
    game = await make(shop, WHEEL, free={"plays": 1})
    await shop.admin.do('mutation { memberUpsert(input: {externalId: "c-2"}) { userErrors { code } } }')
    wish = {"idempotencyKey": "p", "programId": game, "clientText": "my-text"}
    made = []
    for name in ("c-1", "c-2"):
        one = await shopper(shop, name)
        await one.do(FREE, input={"idempotencyKey": "f", "programId": game})
        made += [(await one.do(PLAY, input=wish))["play"]["id"] for _ in range(2)]
    assert made[0] == made[1] != made[2] == made[3]
    await check_in(shop, "p")


async def test_no_round_is_opened_that_was_over_before_the_game_went_live(shop: Shop) -> None:
    game = await make(shop, BOARD, startsOn="2020-01-01")
    assert (await shop.storefront().ask(GAMES))["games"][0]["round"] is not None
    seen = await shop.admin.ask("query ($id: ID!) { gameRounds(programId: $id) { nodes { closedAt } } }", id=game)
    assert seen["gameRounds"]["nodes"] == [{"closedAt": None}]


async def test_staff_play_for_a_member(shop: Shop) -> None:
    game = await make(shop, WHEEL)
    who = {"member": {"externalId": "c-1"}, "programId": game}
    assert await shop.admin.refused(PLAY, input={"idempotencyKey": "a", "clientText": "x", **who}) == [
        ("NO_PLAYS", ["member"])
    ]
    await check_in(shop, "in")
    made = await shop.admin.do(PLAY, input={"idempotencyKey": "b", "clientText": "x", **who})
    assert {each["unit"]["slug"]: each["available"] for each in made["balances"]}["plays"] == 1
    seen = await shop.admin.ask('{ member(externalId: "c-1") { timeline { nodes { kind text } } } }')
    won = [{"kind": "GAME", "text": "50 points won."}] if made["play"]["won"] else []
    assert seen["member"]["timeline"]["nodes"] == [
        *won,
        {"kind": "GAME", "text": "1 plays played."},
        {"kind": "ACTIVITY", "text": "Check in: +2 plays."},
    ]
    refused = await shop.admin.refused(PLAY, input={"idempotencyKey": "c", "clientText": "no spaces", **who})
    assert refused == [("INVALID", ["clientText"])]
    assert await shop.admin.refused(FREE, input={"idempotencyKey": "d", **who}) == [("WRONG_STATE", ["programId"])]


async def test_a_leaderboard_shows_a_shopper_only_themself(shop: Shop) -> None:
    game = await make(shop, BOARD)
    await shop.admin.do(MEMBER, input={"externalId": "c-2"})
    for key, who in (("1", "c-1"), ("2", "c-2"), ("3", "c-2")):
        await check_in(shop, key, who)
    ask = """query ($id: ID!) { gameLeaderboard(programId: $id) { round { key seed }
      ranks { rank score memberId } me { rank } } }"""
    shown = (await (await shopper(shop)).ask(ask, id=game))["gameLeaderboard"]
    assert [(each["rank"], each["score"], each["memberId"] is None) for each in shown["ranks"]] == [
        (1, 4, True), (2, 2, False)
    ]  # fmt: skip
    assert (shown["me"], shown["round"]["seed"]) == ({"rank": 2}, None)
    staff = (await shop.admin.ask(ask, id=game))["gameLeaderboard"]
    assert [each["memberId"] is None for each in staff["ranks"]] == [False, False]
    assert (await shop.storefront().ask(ask, id="prg_01h455vb4pex5vsknk084sn02q")) == {"gameLeaderboard": None}
    rounds = await shop.storefront().ask(
        "query ($id: ID!) { gameRounds(programId: $id) { nodes { closedAt winners { name } } } }", id=game
    )
    assert rounds["gameRounds"]["nodes"][0] == {"closedAt": None, "winners": []}


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"earn": [], "free": None}, "game.earn", "missing"),
        ({"game": {"wheel": {"outOf": 1, "prizes": []}}}, "game.game.wheel.prizes", "wrong_size"),
        (
            {"game": {"wheel": {"outOf": 10, "prizes": [{"id": "a", "name": "A", "weight": 9, "gift": GIFT}]}}},
            "game.game.wheel.prizes",
            "contradiction",
        ),
        (
            {"game": {"prizeDraw": {"entrantsMax": 5, "prizes": [{"id": "a", "name": "A", "gift": GIFT}]}}},
            "game.oddsBelowGuidelineReason",
            "odds_below_guideline",
        ),
        (
            {
                "game": {
                    "wheel": {
                        "outOf": 2,
                        "prizes": [
                            {"id": "a", "name": "A", "weight": 1, "gift": {"points": {"unit": "plays", "points": 2}}},
                            {"id": "b", "name": "B", "weight": 1},
                        ],
                    }
                }
            },
            "game.game.wheel.prizes",
            "loop",
        ),
    ],
)
async def test_rules_that_do_not_hold_together_are_refused(shop: Shop, changes: Data, path: str, code: str) -> None:
    await units(shop)
    rules = {"game": {"unit": "plays", "game": WHEEL, "earn": [CHECK_IN], **LAWFUL, **changes}}
    made = await shop.admin.payload(CREATE, input={"slug": "game", "name": "Game", "rules": rules})
    assert made["findings"] == [{"path": path, "code": code}]
    assert [error["code"] for error in made["userErrors"]] == ["RULES_INVALID"]


async def test_a_game_waits_as_a_draft_for_its_lawyers(shop: Shop) -> None:
    await units(shop)
    rules = {"game": {"unit": "plays", "game": WHEEL, "earn": [CHECK_IN]}}
    made = await shop.admin.do(CREATE, input={"slug": "game", "name": "Game", "rules": rules})
    assert [(each["path"], each["code"]) for each in made["findings"]] == [
        (f"game.{name}", "needed_to_publish") for name in ("startsOn", "endsOn", "regions", "minimumAge", "legalReview")
    ]
    refused = await shop.admin.payload(PUBLISH, id=made["program"]["id"])
    assert [error["code"] for error in refused["userErrors"]] == ["RULES_INVALID"]
    assert [(each["path"], each["code"]) for each in refused["findings"]] == [
        (each["path"], each["code"]) for each in made["findings"]
    ]
    assert (await shop.storefront().ask("{ games { name } }"))["games"] == []
