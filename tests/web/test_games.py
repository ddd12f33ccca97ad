"""The public pages of games: what they show, and that their script draws as we do."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from kit.ids import decode, encode, new_id
from programs.game.drawing import number, pick
from tests.schema.served import Shop
from tests.schema.test_games import PLAY, WHEEL, check_in, make
from web.games.routes import ASSETS

SCRIPT = ASSETS / "verify.js"


async def test_odds_and_rules_are_for_everybody(shop: Shop, served: httpx.AsyncClient) -> None:
    game = await make(shop, WHEEL, free={"plays": 1})
    (seen,) = (await shop.storefront().ask("{ games { rulesPath verifyPath commitment } }"))["games"]
    page = await served.get(seen["rulesPath"])
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    for text in ("Fifty", "30 of 100", "30 %", "70 %", seen["commitment"], "in use: not shown yet", "1 play free"):
        assert text in page.text, text
    assert "<script" not in page.text and game in seen["rulesPath"]
    assert (await served.get(seen["verifyPath"])).text.count("<input") == 5
    assert (await served.get("/games/assets/verify.js")).status_code == 200


async def test_a_play_is_shown_to_who_has_its_address(shop: Shop, served: httpx.AsyncClient) -> None:
    game = await make(shop, WHEEL)
    await check_in(shop, "in")
    made = await shop.admin.do(
        PLAY, input={"idempotencyKey": "k", "member": {"externalId": "c-1"}, "programId": game, "clientText": "my-text"}
    )
    path = f"/games/{shop.session['tenant']['id']}/plays/{made['play']['id']}"
    before = (await served.get(path)).text
    assert "still in use" in before and "my-text" in before and made["play"]["commitment"] in before
    await shop.admin.do(
        "mutation ($id: ID!) { gameSeedRotate(input: {idempotencyKey: \"s\", programId: $id})"
        " { userErrors { code } } }", id=game,
    )  # fmt: skip
    after = (await served.get(path)).text
    assert "all fits" in after and "30 Fifty" in after and "Ann" not in after


async def test_another_tenants_game_is_not_there(shop: Shop, served: httpx.AsyncClient) -> None:
    game = await make(shop, WHEEL)
    tenant, other = shop.session["tenant"]["id"], encode("ten", new_id())
    assert decode("ten", tenant)
    for path in (
        f"{other}/{game}", f"ten_x/{game}", f"{tenant}/{encode('prg', new_id())}", f"{tenant}/prg_x",
        f"{tenant}/plays/{encode('ply', new_id())}", f"{tenant}/plays/x",
    ):  # fmt: skip
        assert (await served.get(f"/games/{path}")).status_code == 404, path


@pytest.mark.skipif(shutil.which("node") is None, reason="runs the page's script itself")
def test_the_script_draws_as_we_do(tmp_path: Path) -> None:
    draws = [
        (bytes([play] * 32).hex(), f"ply_{play}", "täxt" * play, below)
        for play in range(1, 40)
        for below in (1, 7, 1000, 10**9, 2**63 + 1)
    ]
    shutil.copy(SCRIPT, tmp_path / "verify.mjs")
    code = (
        f"import {{ draw, prizeOf }} from {json.dumps((tmp_path / 'verify.mjs').as_uri())};"
        f"const found = {json.dumps([[*each[:3], str(each[3])] for each in draws])}.map((each) => draw(...each));"
        "const prizes = [0, 1, 2, 3].map((n) => prizeOf(BigInt(n), '2 a b\\n\\n0 none\\n1 c'));"
        "console.log(JSON.stringify([found.map((x) => [String(x.number), x.nonce]), prizes]));"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", code], capture_output=True, text=True, check=True, timeout=60
    )
    found, prizes = json.loads(done.stdout)
    expected = [number(bytes.fromhex(seed), id_, text, below) for seed, id_, text, below in draws]
    assert [(int(value), nonce) for value, nonce in found] == expected
    assert max(drawn.nonce for drawn in expected) > 1, "the incomplete stretch was met"
    assert prizes == ["a b", "a b", "c", None]
    assert [pick([2, 0, 1], place) for place in range(3)] == [0, 0, 2]
