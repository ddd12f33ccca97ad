"""What is wrong with a rules document, and what it is checked against. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from programs import ProgramsError


class Severity(StrEnum):
    """What a finding means for publishing: an error refuses it, a warning has to be confirmed."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a rules document: where (`rules[2].earn.per`), what, the value, and the bound it broke.

    `code` is stable (`unknown_field`, `missing`, `wrong_type`, `out_of_range`, `unknown_value`, `duplicate`, …).
    """

    path: str
    code: str
    message: str
    value: str | None = None
    bound: str | None = None
    severity: Severity = Severity.ERROR


NEEDED_TO_PUBLISH = "needed_to_publish"
"""The code of what a draft may still lack: it can be saved, and only publishing is refused."""


class RulesInvalid(ProgramsError):
    """A rules document does not parse: `findings` (at least one) name each bad path."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"{finding.path}: {finding.message}" for finding in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class RulesContext:
    """What a rules document is checked against: the tenant's units by slug, its currencies with their exponents
    (`{"USD": 2, "JPY": 0}`), and where known its segments, tiers, rewards, the currencies of its money units and how
    many digits units have after the point, by slug (None: not checked). `shared` are units of coalitions, `below_zero`
    those that a refund may leave a member owing. `turns` says which points turn into which by
    themselves, by the other programs too.
    """

    units: frozenset[str]
    currencies: Mapping[str, int]
    segments: frozenset[str] | None = None
    tiers: frozenset[str] | None = None
    unit_currencies: Mapping[str, str] | None = None
    rewards: frozenset[str] | None = None
    unit_scales: Mapping[str, int] | None = None
    turns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    below_zero: frozenset[str] = frozenset()
