"""Of which programs an activity may change what is kept of its member (`store`)."""

from __future__ import annotations

from programs.activity import CORRECTIONS
from programs.claims import Claimed
from programs.engine import EVERY_LINE, Program, Version
from programs.order_rows import OrderRow
from programs.rulebooks import TenantRules
from programs.store import Touch, Who
from programs.stores import STORES


def touches(one: Claimed, rules: TenantRules, row: OrderRow | None) -> tuple[Touch, ...]:
    """Whom an activity touches, in each program that keeps something of members.

    They stand in the order of `STORES`, in which they settle. A correction is of its order's line of business, which is
    not known yet: it touches those of every line.
    """
    corrects = one.activity.kind in CORRECTIONS
    uses = row.order.uses if corrects and row is not None else []
    at, activity = one.activity.occurred_at, one.activity
    moments = (at,) if one.item is None or one.item.imported or at >= one.now else (at, one.now)
    touched = [
        Touch(
            program.kind.name, Who(one.tenant, program.id, activity.member_id), version.compiled, rules.units, moments,
            corrects, tuple({use.key.period for use in uses if use.key.program_id == program.id}), activity,
            one.joined_at,
        )
        for program, version in rules.rulebook.at(EVERY_LINE if corrects else activity.line, at).live
        if program.kind.name in STORES and _keeps(program, version, corrects=corrects)
    ]  # fmt: skip
    return tuple(sorted(touched, key=lambda touch: _PLACES[touch.kind]))


def _keeps(program: Program, version: Version, *, corrects: bool) -> bool:
    """Whether the rules keep something of members; older ones may have kept what a correction has to undo."""
    return not version.traits.stateless or (corrects and any(not other.traits.stateless for other in program.versions))


_PLACES = {kind: place for place, kind in enumerate(STORES)}
