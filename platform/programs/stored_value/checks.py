"""What parsed rules of stored value must still fulfil: among themselves, and against the tenant's units."""

from collections.abc import Iterator

from programs.findings import Finding, RulesContext
from programs.stored_value.rules import FixedBonus, GiftCards, StoredValueRules, TopUp


def find(rules: StoredValueRules, context: RulesContext) -> tuple[Finding, ...]:
    """Give every finding on these rules; none means they may be published."""
    return tuple(_findings(rules, context))


def _findings(rules: StoredValueRules, context: RulesContext) -> Iterator[Finding]:
    if rules.currency not in context.currencies:
        yield Finding("currency", "unknown_value", "there is no such currency", rules.currency)
    yield from _unit("unit", rules.unit, rules.currency, context)
    if rules.bonus_unit is not None:
        yield from _unit("bonus_unit", rules.bonus_unit, rules.currency, context)
        if rules.bonus_unit == rules.unit:
            yield Finding("bonus_unit", "contradiction", "money and bonus are kept apart", rules.bonus_unit, rules.unit)
    yield from _top_up(rules.top_up, rules.bonus_unit)
    if rules.gift_cards is not None:
        yield from _gift_cards(rules.gift_cards)


def _unit(path: str, slug: str, currency: str, context: RulesContext) -> Iterator[Finding]:
    if slug not in context.units:
        yield Finding(path, "unknown_value", "there is no such unit", slug)
    elif context.unit_currencies is not None and context.unit_currencies.get(slug) != currency:
        message = f"is no unit of {currency}: give the unit this currency"
        yield Finding(path, "contradiction", message, context.unit_currencies.get(slug), currency)


def _top_up(top_up: TopUp, bonus_unit: str | None) -> Iterator[Finding]:
    yield from _limits("top_up", top_up.minimum, top_up.maximum)
    if top_up.bands and bonus_unit is None:
        yield Finding("bonus_unit", "missing", "a bonus needs a unit of its own")
    seen: set[int] = set()
    for index, band in enumerate(top_up.bands):
        path = f"top_up.bands[{index}]"
        if band.from_amount in seen:
            message = "there is a band from this amount on already"
            yield Finding(f"{path}.from_amount", "duplicate", message, str(band.from_amount))
        seen.add(band.from_amount)
        if top_up.maximum is not None and band.from_amount > top_up.maximum:
            message = "no top-up can be so large"
            yield Finding(f"{path}.from_amount", "contradiction", message, str(band.from_amount), str(top_up.maximum))
        if isinstance(band.bonus, FixedBonus) and band.bonus.amount > band.from_amount:
            message = "is more than what is put on"
            yield Finding(
                f"{path}.bonus.amount", "out_of_range", message, str(band.bonus.amount), str(band.from_amount)
            )


def _gift_cards(cards: GiftCards) -> Iterator[Finding]:
    yield from _limits("gift_cards", cards.minimum, cards.maximum)


def _limits(path: str, minimum: int, maximum: int | None) -> Iterator[Finding]:
    if maximum is not None and maximum < minimum:
        yield Finding(f"{path}.maximum", "contradiction", "lies below minimum", str(maximum), str(minimum))
