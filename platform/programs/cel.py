"""Conditions that no typed field has: texts in CEL, the only way to the library that checks and runs them.

A text is one Boolean expression over what is declared in `VARIABLES`, such as
`"vip" in member.segments && activity.amount >= 5000`; a misspelt name or a wrong type is found when the rules are
checked. Pure: it knows what it is handed, and the same of it gives the same answer.

It always ends, and soon. CEL has no recursion, and here no `+` and no `map`, `filter`, `exists_one` or `matches`: what
makes long values out of short ones, or hides work, is not there. Loops (`exists`, `all`) stand beside each other, never
inside one another; what they go over, and all else that is handed in, is bounded. The worst text that we found takes
0.1 s; usual ones take 10 to 15 µs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from programs.activity import Activity
from programs.kind import Standing

if TYPE_CHECKING:
    from cel_expr_python import cel as library

TEXT_CHARACTERS_MAX = 500
LIST_ITEMS_MAX = 200
PAYLOAD_CHARACTERS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text cannot be used, and at which column (the first is 1; None: all of it)."""

    column: int | None
    message: str


def problem(text: str) -> Problem | None:
    """Check a text; None if it can be used."""
    made = _compiled(text)
    return made if isinstance(made, Problem) else None


def asks_standing(text: str) -> bool:
    """Tell whether a text goes by the member's tiers or segments."""
    return "member" in text


class Holds:
    """A text ready to be asked; made from one on which there is no `problem`."""

    __slots__ = ("_expression", "_read", "text")

    def __init__(self, text: str) -> None:
        made = _compiled(text)
        assert not isinstance(made, Problem), "checked before it was published"
        self.text = text
        self._expression = made
        # Only what the text names is read: most of what is declared costs something to make.
        self._read = tuple(
            (name, variable.read) for name, variable in VARIABLES.items() if name.partition(".")[2] in text
        )

    def failure(self, activity: Activity, standing: Standing, local: datetime) -> str | None:
        """Give why it does not hold for this activity (at `local` in the tenant's zone), or None if it does.

        What cannot be worked out (a key that is not there, more than may be looked at) does not hold either.
        """
        moment = _Moment(activity, standing, local)
        try:
            value = self._expression.eval(data={name: read(moment) for name, read in self._read})
        except _TooMuch as error:
            return str(error)
        except RuntimeError as error:  # the library's only one: it stopped before the end
            return _first_line(str(error))
        answer: object = value.value()
        if answer is True:
            return None
        return "it is false" if answer is False else _first_line(str(answer))


class _TooMuch(Exception):
    """There is more than an expression may look at."""


@dataclass(frozen=True, slots=True)
class _Moment:
    activity: Activity
    standing: Standing
    local: datetime


@dataclass(frozen=True, slots=True)
class _Variable:
    type: Callable[[Any], Any]
    read: Callable[[_Moment], Any]


def _text(read: Callable[[_Moment], str | None]) -> _Variable:
    return _Variable(lambda types: types.STRING, lambda moment: read(moment) or "")


def _integer(read: Callable[[_Moment], int]) -> _Variable:
    return _Variable(lambda types: types.INT, read)


def _texts(name: str, read: Callable[[_Moment], Iterator[str] | tuple[str, ...]]) -> _Variable:
    def bounded(moment: _Moment) -> list[str]:
        texts = sorted(set(read(moment)))
        if len(texts) > LIST_ITEMS_MAX:
            raise _TooMuch(f"there are more than {LIST_ITEMS_MAX} {name}")
        return texts

    return _Variable(lambda types: types.List(types.STRING), bounded)


def _payload(moment: _Moment) -> Mapping[str, Any]:
    if len(orjson.dumps(moment.activity.payload)) > PAYLOAD_CHARACTERS_MAX:
        raise _TooMuch(f"the payload has more than {PAYLOAD_CHARACTERS_MAX} characters")
    return moment.activity.payload


VARIABLES: Mapping[str, _Variable] = {
    "activity.kind": _text(lambda m: str(m.activity.kind)),
    "activity.channel": _text(lambda m: m.activity.channel),
    "activity.source": _text(lambda m: m.activity.source),
    "activity.line": _text(lambda m: m.activity.line),
    "activity.currency": _text(lambda m: m.activity.currency),
    "activity.amount": _integer(lambda m: sum(line.amount - line.discount for line in m.activity.lines)),
    "activity.pieces": _integer(lambda m: sum(line.quantity for line in m.activity.lines)),
    "activity.skus": _texts("skus", lambda m: (line.sku for line in m.activity.lines if line.sku)),
    "activity.categories": _texts("categories", lambda m: (c for line in m.activity.lines for c in line.categories)),
    "activity.tags": _texts("tags", lambda m: (tag for line in m.activity.lines for tag in line.tags)),
    "activity.codes": _texts("codes", lambda m: m.activity.codes),
    "activity.tenders": _texts("tenders", lambda m: (tender.kind.value for tender in m.activity.tenders)),
    "activity.payload": _Variable(lambda types: types.Map(types.STRING, types.DYN), _payload),
    "activity.day": _text(lambda m: m.local.date().isoformat()),
    "activity.month": _integer(lambda m: m.local.month),
    "activity.weekday": _integer(lambda m: m.local.isoweekday()),
    "activity.hour": _integer(lambda m: m.local.hour),
    "member.segments": _texts("segments", lambda m: tuple(m.standing.segments)),
    "member.tiers": _texts("tiers", lambda m: tuple(m.standing.tiers.values())),
}
"""What a text may name; docs/programs.md says what each is."""

_LEFT_OUT = """
name: guerdon
stdlib:
  exclude_macros: [map, filter, exists_one]
  exclude_functions:
  - name: matches
  - name: _+_
"""


@cache
def _environment() -> library.Env:
    # Imported when the first text is met: the library takes 10 MB, and most tenants' rules need none of it.
    from cel_expr_python import cel as library

    types = {name: variable.type(library.Type) for name, variable in VARIABLES.items()}
    return library.NewEnv(config=library.NewEnvConfigFromYaml(_LEFT_OUT), variables=types)


@lru_cache(maxsize=1024)
def _compiled(text: str) -> library.Expression | Problem:
    found = _unbounded(text)
    if found is not None:
        return found
    try:
        expression = _environment().compile(text)
    except RuntimeError as error:
        return _told(str(error))
    answers = expression.return_type().name()
    return expression if answers == "BOOL" else Problem(None, f"must answer true or false, this gives {answers}")


_TOKENS = re.compile(
    r"""(?P<text>"[^"\\\n]*"|'[^'\\\n]*')|(?P<refused>\\|//|["'`])|(?P<loop>\b(?:exists|all)\s*\()|[()]"""
)
"""Enough of CEL's grammar to see where loops begin and end, in texts without what could hide one."""


def _unbounded(text: str) -> Problem | None:
    """What the library would take but that could run for long, or that we could not see to be short."""
    if len(text) > TEXT_CHARACTERS_MAX:
        return Problem(None, f"has more than {TEXT_CHARACTERS_MAX} characters")
    if '"""' in text or "'''" in text:
        return Problem(None, "texts in triple quotes are not taken")
    open_: list[bool] = []
    for token in _TOKENS.finditer(text):
        column = token.start() + 1
        if token["refused"]:
            return Problem(column, "escapes, comments and open quotes are not taken")
        if token["loop"] and any(open_):
            return Problem(column, "a loop inside a loop is not taken")
        if token[0].endswith("(") and not token["text"]:
            open_.append(bool(token["loop"]))
        elif token[0] == ")" and open_:
            open_.pop()
    return None


_FOUND = re.compile(r"ERROR: <input>:1:(\d+): ([^\n]*)")


def _told(error: str) -> Problem:
    """The library's message without its frame: `INVALID_ARGUMENT: ERROR: <input>:1:8: … [INVALID_ARGUMENT]`."""
    found = _FOUND.search(error)
    if found is None:
        return Problem(None, _first_line(error))
    return Problem(int(found[1]), found[2].replace(" (in container '')", ""))


def _first_line(error: str) -> str:
    line = error.partition("\n")[0]
    return re.sub(r"^[A-Z_]+: | \[[A-Z_]+\]$", "", line)[:200]
