"""The games of a tenant as services see them: found, and asked whether they run and who may take part."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kit.errors import Refusal
from kit.ids import is_id
from ledger.state import UnitId
from members.views import MemberId, MemberState, MemberView, load
from programs import engine, rulebooks
from programs.decision import ProgramId, VersionId
from programs.game.compiled import CompiledGame
from programs.game.errors import GameErrorCode, final, game_not_found
from programs.game.rules import EVERYWHERE, GameRules
from programs.rulebooks import TenantRules
from tenants import scope

KIND = "game"


@dataclass(frozen=True, slots=True)
class Game:
    """A game by the rules that count at an instant, `at`; `live` says that the program was running then."""

    program_id: ProgramId
    version_id: VersionId
    name: str
    line: str
    compiled: CompiledGame
    units: Mapping[str, UnitId]
    zone: ZoneInfo
    live: bool
    at: datetime

    @property
    def rules(self) -> GameRules:
        """Its rules."""
        return self.compiled.rules

    @property
    def unit(self) -> UnitId:
        """The unit of its plays."""
        return self.units[self.rules.unit]

    @property
    def today(self) -> date:
        """The local day of the instant."""
        return self.compiled.day(self.at)

    @property
    def open(self) -> bool:
        """Whether one can take part."""
        return self.live and self.compiled.span.holds(self.today)

    @property
    def asks_who(self) -> bool:
        """Whether its rules leave anybody out."""
        return bool(self.rules.minimum_age) or EVERYWHERE not in self.rules.regions

    def check_open(self) -> None:
        """Raises `Refusal` GAME_CLOSED unless one can take part."""
        if not self.open:
            span = self.compiled.span
            message = f"This game is open from {span.first.isoformat()} to {span.last.isoformat()}."
            raise final(GameErrorCode.GAME_CLOSED, message if self.live else "This game does not run now.", "program")


async def all_games() -> list[Game]:
    """The tenant's published games, by the rules of now, within the session under way."""
    rules = await _rules()
    return [_game(rules, program, scope.now()) for program in rules.rulebook.programs if program.kind.name == KIND]


async def find(program: str, at: datetime | None = None) -> Game:
    """The game of this program, by the rules of an instant (now). Raises `Refusal` NOT_FOUND."""
    rules = await _rules()
    found = [each for each in rules.rulebook.programs if each.id == program and each.kind.name == KIND]
    if not found:
        raise game_not_found()
    return _game(rules, found[0], at or scope.now())


async def of_versions(versions: Collection[str]) -> dict[str, Game]:
    """The games of these versions, each by its version's rules."""
    rules, now = await _rules(), scope.now()
    return {
        version.id: _as(rules, program, version, now)
        for program in rules.rulebook.programs
        if program.kind.name == KIND
        for version in program.versions
        if version.id in versions
    }


async def check_may_play(game: Game, member: MemberId) -> None:
    """Raises `Refusal` TOO_YOUNG or WRONG_REGION for members whom the rules leave out, or of whom too little is known.

    Within the session under way.
    """
    if game.asks_who and (refusal := why_not(game, (await load([member]))[member])):
        raise refusal


def why_not(game: Game, view: MemberView) -> Refusal | None:
    """Why a member may not take part: TOO_YOUNG or WRONG_REGION; None: they may."""
    rules = game.rules
    if rules.minimum_age and (view.birthday is None or age(view.birthday, game.today) < rules.minimum_age):
        message = f"Only members of {rules.minimum_age} years or more may play; the birthday must be known."
        return final(GameErrorCode.TOO_YOUNG, message, "member")
    if EVERYWHERE not in rules.regions and not _regions_of(view) & set(rules.regions):
        message = f"Only members in {', '.join(rules.regions)} may play; the attribute country or region must say so."
        return final(GameErrorCode.WRONG_REGION, message, "member")
    return None


async def check_member(member: MemberId) -> None:
    """Raises `Refusal` NOT_FOUND for who is no active member. Within the session under way."""
    found = (await load([member])).get(member) if is_id(member) else None
    if found is None or found.state is not MemberState.ACTIVE:
        raise Refusal(GameErrorCode.NOT_FOUND, "There is no such member.", ("member",))


def age(birthday: date, today: date) -> int:
    """Give how many years old somebody is; who was born on 29 February is a year older on 1 March.

    >>> age(date(2008, 2, 29), date(2026, 2, 28)), age(date(2008, 2, 29), date(2026, 3, 1))
    (17, 18)
    """
    return today.year - birthday.year - ((today.month, today.day) < (birthday.month, birthday.day))


def _regions_of(view: MemberView) -> set[str]:
    """`US` and `US-CA` of somebody whose attributes are `country` `US` and `region` `CA` (or `US-CA`)."""
    country = str(view.attributes.get("country", "")).upper()
    region = str(view.attributes.get("region", "")).upper()
    if region and "-" not in region and country:
        region = f"{country}-{region}"
    return {country, region, region.partition("-")[0]} - {""}


async def _rules() -> TenantRules:
    return (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]


def _game(rules: TenantRules, program: engine.Program, at: datetime) -> Game:
    return _as(rules, program, rules.rulebook.version(program, at), at)


def _as(rules: TenantRules, program: engine.Program, version: engine.Version, at: datetime) -> Game:
    return Game(
        program.id, version.id, program.name, program.line, version.compiled, rules.units, rules.zone,
        program.live_at(at), at,
    )  # fmt: skip
