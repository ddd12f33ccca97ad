"""What a template is: programs with the units and rewards that they need, and where each of its figures comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from rewards.terms import RewardTerms

Document = Mapping[str, Any]


class Origin(StrEnum):
    """Where a figure comes from: a description of the program, its public terms of a date, or us."""

    DESCRIBED = "described"
    TERMS = "terms"
    OURS = "ours"


class Figure(NamedTuple):
    """One figure of a template in words; `as_of` is the date of the terms that it is taken from."""

    text: str
    origin: Origin
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class UnitOf:
    """A unit that the programs issue, with so many digits after the point; one of money has its currency, and those."""

    slug: str
    name: str
    name_plural: str
    currency: str | None = None
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class RewardOf:
    """A reward of the catalogue, for so many points of a unit."""

    slug: str
    name: str
    unit: str
    points: int
    terms: RewardTerms


@dataclass(frozen=True, slots=True)
class ProgramOf:
    """One of the template's programs: its slug is put behind that of the template, its rules are a document.

    `every_line`: it decides activities of every line of business.
    """

    slug: str
    name: str
    kind: str
    rules: Document
    every_line: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A named program, as one or several programs of ours. It is an example in its style, and no copy of it."""

    slug: str
    name: str
    description: str
    source: str
    figures: tuple[Figure, ...]
    units: tuple[UnitOf, ...]
    programs: tuple[ProgramOf, ...]
    rewards: tuple[RewardOf, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its programs, each once."""
        return tuple(dict.fromkeys(program.kind for program in self.programs))


GUIDE = "a customer-loyalty guide of January 2021"
ARTICLE = "an article on the growth systems of Chinese companies"
TEXTBOOK = "a marketing textbook"


def described(*texts: str) -> tuple[Figure, ...]:
    """Figures that a description of the program gives."""
    return tuple(Figure(text, Origin.DESCRIBED) for text in texts)


def terms(as_of: str, *texts: str) -> tuple[Figure, ...]:
    """Figures of the program's public terms."""
    return tuple(Figure(text, Origin.TERMS, as_of) for text in texts)


def ours(*texts: str) -> tuple[Figure, ...]:
    """Figures that we chose, where no description gives one."""
    return tuple(Figure(text, Origin.OURS) for text in texts)
