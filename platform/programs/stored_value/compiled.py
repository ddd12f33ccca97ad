"""Rules of stored value made ready for deciding: bands from the highest down, ends by the local day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache, partial

from programs.days import add_months, end_of_day
from programs.kind import VersionFacts
from programs.stored_value.rules import BonusBand, StoredValueRules

Ends = Callable[[date], datetime | None]


@dataclass(frozen=True, slots=True)
class CompiledStoredValue:
    """One version of stored value, ready to decide; made by `compile_rules`.

    `money_ends`, `bonus_ends` and `card_ends` tell until when (exclusive) what comes on a local day can be used.
    """

    facts: VersionFacts
    rules: StoredValueRules
    bands: tuple[BonusBand, ...]
    money_ends: Ends
    bonus_ends: Ends
    card_ends: Ends


def compile_rules(rules: StoredValueRules, facts: VersionFacts) -> CompiledStoredValue:
    """Prepare valid rules for deciding."""
    cards = None if rules.gift_cards is None else rules.gift_cards.expires_after_months
    return CompiledStoredValue(
        facts=facts,
        rules=rules,
        bands=tuple(sorted(rules.top_up.bands, key=lambda band: -band.from_amount)),
        money_ends=_ending(rules.expiry.money_months, facts.zone),
        bonus_ends=_ending(rules.expiry.bonus_months, facts.zone),
        card_ends=_ending(cards, facts.zone),
    )


def _ending(months: int | None, zone: tzinfo) -> Ends:
    return lru_cache(maxsize=1024)(partial(_ends, months, zone))


def _ends(months: int | None, zone: tzinfo, came_on: date) -> datetime | None:
    return None if months is None else end_of_day(add_months(came_on, months), zone)
