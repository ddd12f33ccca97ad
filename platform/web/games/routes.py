"""The public pages of games, for everybody: plain HTML, and one small script for who wants to recompute.

GET /games/<tenant>/<program>       odds and rules, from the table that draws; what was committed to, and shown since
GET /games/<tenant>/plays/<play>    one play, ready to be recomputed
GET /games/verify                   the same page, to be filled in; it asks the server nothing

Who names a tenant that is not there, or something of another tenant's, is answered alike: 404.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from kit.errors import InvalidId, Refusal
from kit.ids import decode, encode
from kit.money import EXPONENTS
from programs import units
from programs.decision import ProgramId
from programs.explain import words as in_words
from programs.game import games, round_views, seeds, status, views, words
from programs.game.odds import PrizeOdds, percent, table_of
from programs.game.round_views import RoundView
from programs.game.seeds import SeedView
from programs.game.status import GameStatus
from programs.game.views import PLAY_PREFIX, Verification
from programs.wording import Words
from tenants import scope
from web.addressed import addressed, nothing_there
from web.shop.markup import EMPTY, Html, html, join
from web.static import BuiltFiles

ASSETS = Path(__file__).parent / "assets"
SHOWN = 10
"""So many seeds and rounds stand on a game's page; all are had over the API."""


def game_routes() -> list[BaseRoute]:
    """The routes of games."""
    return [
        Mount("/games/assets", BuiltFiles(ASSETS)),
        Route("/games/verify", empty_form, methods=["GET"]),
        Route("/games/{tenant}/plays/{play}", play_page, methods=["GET"]),
        Route("/games/{tenant}/{program}", game_page, methods=["GET"]),
    ]


async def empty_form(_: Request) -> Response:
    """The page to recompute on, to be filled in."""
    return _answer("Check a draw", html("<h1>Check a draw</h1>{how}{form}", how=_HOW, form=_form({}, ())))


async def play_page(request: Request) -> Response:
    """A play, with all that is public of it."""
    async with addressed(request):
        try:
            found = await views.verify(decode(PLAY_PREFIX, request.path_params["play"]))
        except (InvalidId, Refusal):
            raise nothing_there() from None
    return _answer("Check a play", _play(found))


async def game_page(request: Request) -> Response:
    """A game's odds and rules."""
    async with addressed(request):
        try:
            program = ProgramId(decode("prg", request.path_params["program"]))
            async with scope.reading():
                game = await games.find(program)
        except (InvalidId, Refusal):
            raise nothing_there() from None
        found = await status.status_of(game)
        unit = next(each for each in await units.list_() if each.id == game.unit)
        said = Words(unit.name, unit.name_plural, unit.scale, EXPONENTS)
        shown, rounds = await seeds.page(program, first=SHOWN), await round_views.page(program, first=SHOWN)
    return _answer(f"{game.name}: odds and rules", _game(found, said, shown, rounds))


def _game(found: GameStatus, said: Words, shown: Sequence[SeedView], rounds: Sequence[RoundView]) -> Html:
    rules = found.game.rules
    return html(
        """<h1>{name}</h1><p>{state}</p><h2>Rules</h2><ul>{sentences}</ul>{odds}{proof}{rounds}
        <p><a class="button" href="/games/verify">Check a draw</a></p>""",
        name=found.game.name, state="Open now." if found.game.open else "Not open now.",
        sentences=join(html("<li>{text}</li>", text=text) for text in words.summary(rules, said)),
        odds=_odds(table_of(rules.game)), proof=_seeds(shown), rounds=_rounds(rounds),
    )  # fmt: skip


def _odds(table: Sequence[PrizeOdds]) -> Html:
    if not table:
        return EMPTY
    rows = join(
        html(
            "<tr><td>{name}</td><td>{weight} of {out_of}</td><td>{percent}</td></tr>",
            name=each.prize.name, weight=each.weight, out_of=each.out_of, percent=percent(each.chance),
        )
        for each in table
    )  # fmt: skip
    return html(
        """<h2>Odds of each play</h2><table><thead><tr><th>Prize</th><th>Drawn</th><th>Chance</th></tr></thead>
        <tbody>{rows}</tbody></table>""", rows=rows,
    )  # fmt: skip


def _seeds(shown: Sequence[SeedView]) -> Html:
    if not shown:
        return EMPTY
    rows = join(
        html(
            "<tr><td>{number}</td><td><code>{commitment}</code></td><td><code>{seed}</code></td></tr>",
            number=each.number, commitment=each.commitment, seed=each.seed or "in use: not shown yet",
        )
        for each in shown
    )  # fmt: skip
    return html(
        """<h2>Seeds</h2><p>Each play is drawn from a seed whose SHA-256 stands here before.</p>
        <table><thead><tr><th>Number</th><th>SHA-256</th><th>Seed</th></tr></thead><tbody>{rows}</tbody></table>""",
        rows=rows,
    )  # fmt: skip


def _rounds(rounds: Sequence[RoundView]) -> Html:
    if not rounds:
        return EMPTY
    rows = join(
        html(
            """<tr><td>{key}<br><code>{id}</code></td><td><code>{commitment}</code></td><td><code>{seed}</code></td>
            <td>{entrants}</td><td><code>{digest}</code></td></tr>""",
            key=each.key, id=encode(round_views.ROUND_PREFIX, each.id), commitment=each.commitment,
            seed=each.seed or "not drawn yet", entrants="" if each.entrants is None else each.entrants,
            digest=each.entries_digest or "",
        )
        for each in rounds
    )  # fmt: skip
    return html(
        """<h2>Rounds</h2><table><thead><tr><th>Round</th><th>SHA-256 of its seed</th><th>Seed</th><th>Entrants</th>
        <th>SHA-256 of the entries</th></tr></thead><tbody>{rows}</tbody></table>""", rows=rows,
    )  # fmt: skip


def _play(found: Verification) -> Html:
    play = found.play
    values = {
        "seed": play.seed or "", "commitment": play.commitment, "id": play.public_id, "text": play.client_text or "",
        "outof": play.out_of,
    }  # fmt: skip
    return html(
        """<h1>Check a play</h1><ul>{told}</ul><p role="status">{state}</p>{how}{form}""",
        told=join(html("<li>{text}</li>", text=in_words(line, EXPONENTS)) for line in play.explanation),
        state=_STATES[found.holds], how=_HOW, form=_form(values, found.table),
    )  # fmt: skip


_STATES = {
    None: "Its seed is still in use, and shown when that is over: then it can be checked.",
    True: "The server says that all fits. Check it yourself:",
    False: "Something does not fit.",
}

_HOW = html(
    """<p>The number drawn is made of the first 8 bytes of HMAC-SHA-256 with the seed as key over
    <code>id:text:nonce</code>, as a whole number modulo what the weights add up to. The nonce is 0; a number in the
    last, incomplete stretch is left out for the next nonce. For the n-th winner of a prize draw the id is the round’s,
    the text is the SHA-256 of its entries, a colon and n, and the tickets that are left are what it is drawn out of.
    </p>"""
)


def _form(values: dict[str, Any], table: Sequence[PrizeOdds]) -> Html:
    lines = "\n".join(f"{each.weight} {each.prize.name}" for each in table)
    fields = join(
        html(
            """<label for="{name}">{label}</label>
            <input id="{name}" value="{value}" autocomplete="off" spellcheck="false">""",
            name=name, label=label, value=values.get(name, ""),
        )
        for name, label in _FIELDS
    )  # fmt: skip
    return html(
        """<form id="check">{fields}
        <label for="table">The prizes, a line each: weight and name (may be left out)</label>
        <textarea id="table" rows="6" spellcheck="false">{lines}</textarea><button>Compute</button></form>
        <output id="result" aria-live="polite"></output>
        <noscript><p>Computing needs a script; the recipe stands above.</p></noscript>
        <script type="module" src="/games/assets/verify.js"></script>""", fields=fields, lines=lines,
    )  # fmt: skip


_FIELDS = (
    ("seed", "Seed (hex)"),
    ("commitment", "Its SHA-256, as it was shown before (hex)"),
    ("id", "Id of the play"),
    ("text", "Text"),
    ("outof", "Out of"),
)


def _answer(title: str, body: Html) -> Response:
    page = html(
        """<!doctype html><html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/games/assets/games.css"></head><body><main>{body}</main></body></html>""",
        title=title, body=body,
    )  # fmt: skip
    return Response(page, headers={"cache-control": "no-cache"}, media_type="text/html")
