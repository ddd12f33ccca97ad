"""Rules of stored value in sentences, for merchants who check them and for members who want to know."""

from __future__ import annotations

from programs.stored_value.rules import BonusBand, FixedBonus, SpendingOrder, StoredValueRules
from programs.wording import Words

_ORDERS = {
    SpendingOrder.BONUS_FIRST: "The bonus pays first, then money.",
    SpendingOrder.MONEY_FIRST: "Money pays first, then the bonus.",
    SpendingOrder.SOONEST_EXPIRING: "What ends soonest pays first.",
}


def summary(rules: StoredValueRules, words: Words) -> list[str]:
    """The program, one sentence per rule, then what holds for all of it."""
    sentences = [top_up(rules, words)]
    sentences += [f"{band(each, rules.currency, words)}." for each in rules.top_up.bands]
    sentences += [expiry(rules, words), _ORDERS[rules.spending_order]]
    if rules.balance_maximum is not None:
        sentences.append(f"A member has at most {words.money(rules.balance_maximum, rules.currency)}.")
    if rules.gift_cards is not None:
        sentences.append(gift_cards(rules, words))
    return sentences


def ways(rules: StoredValueRules, words: Words) -> list[tuple[str, str, str]]:
    """What putting money on brings, band by band: an id, a name, a sentence."""
    return [
        (f"from-{each.from_amount}", "Top-up", f"{band(each, rules.currency, words)}.") for each in rules.top_up.bands
    ]


def top_up(rules: StoredValueRules, words: Words) -> str:
    """How much can be put on at once."""
    limits, currency = rules.top_up, rules.currency
    least = f"from {words.money(limits.minimum, currency)} on" if limits.minimum > 1 else ""
    most = f"up to {words.money(limits.maximum, currency)}" if limits.maximum is not None else ""
    between = ", ".join(filter(None, (least, most))) or f"any amount of {currency}"
    return f"Money is put on by top-ups, {between}."


def band(each: BonusBand, currency: str, words: Words) -> str:
    """The bonus from so much on."""
    given = each.bonus
    bonus = words.money(given.amount, currency) if isinstance(given, FixedBonus) else f"{given.percent} %"
    return f"{bonus} bonus on top from {words.money(each.from_amount, currency)} on"


def expiry(rules: StoredValueRules, _words: Words) -> str:
    """When money and bonus end."""
    money = _end("Money", rules.expiry.money_months)
    return money if rules.bonus_unit is None else f"{money} {_end('A bonus', rules.expiry.bonus_months)}"


def gift_cards(rules: StoredValueRules, words: Words) -> str:
    """What gift cards there are."""
    cards, currency = rules.gift_cards, rules.currency
    assert cards is not None, "only asked where there are some"
    most = "" if cards.maximum is None else f" up to {words.money(cards.maximum, currency)}"
    pin = " with a PIN" if cards.pin else ""
    end = "without end" if cards.expires_after_months is None else f"for {_months(cards.expires_after_months)}"
    return f"There are gift cards{pin} from {words.money(cards.minimum, currency)}{most}, usable {end}."


def _end(what: str, months: int | None) -> str:
    return f"{what} never ends." if months is None else f"{what} ends {_months(months)} after it came."


def _months(months: int) -> str:
    return f"{months} month{'' if months == 1 else 's'}"
