"""Partners and perks that rules name: doubted where there are none, since nothing would ever happen with them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from programs.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Named:
    """A `partner` by its slug, or a `perk` by its id, that the rules name at `path`."""

    path: str
    noun: str
    name: str


def unknown(named: Iterable[Named], known: dict[str, Collection[str]]) -> Iterator[Finding]:
    """What there is not among those known, by noun: `unknown_partner`, `unknown_perk`, with the one that is like it."""
    for each in named:
        there = known[each.noun]
        if each.name in there:
            continue
        close = get_close_matches(each.name, sorted(there), 1)
        meant = f": did you mean {close[0]}?" if close else ""
        message = f"there is no such {each.noun}{meant}"
        bound = close[0] if close else None
        yield Finding(each.path, f"unknown_{each.noun}", message, each.name, bound, Severity.WARNING)


def at_each(path: str, noun: str, names: Iterable[str]) -> tuple[Named, ...]:
    """The names of a list at this path."""
    return tuple(Named(f"{path}[{place}]", noun, name) for place, name in enumerate(names))
