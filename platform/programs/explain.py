"""Explanations in words: one function per code, chosen from one table per language.

What is stored is typed (`ExplanationLine`); the words are made when read, so they can change and gain languages.
"""

from calendar import day_name
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import cast

from programs.decision import ExplanationCode, ExplanationLine, ExplanationValue

Currencies = Mapping[str, int]
"""Exponents by ISO code, as in the rulebook: `{"USD": 2}`."""


def words(line: ExplanationLine, currencies: Currencies, language: str = "en") -> str:
    """Put one line into a sentence; an unknown language falls back to English."""
    return LANGUAGES.get(language, ENGLISH)[line.code](_Facts(line, currencies))


class _Facts:
    """An explanation line's inputs by name, each as the text that a sentence needs."""

    def __init__(self, line: ExplanationLine, currencies: Currencies) -> None:
        self._inputs = dict(line.inputs)
        self._currencies = currencies
        self.line = line
        self.rule = line.rule_name or "The program"

    def get(self, name: str) -> ExplanationValue:
        return self._inputs.get(name, "")

    def text(self, name: str) -> str:
        value = self.get(name)
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    def moment(self, name: str) -> str:
        """Write a local instant: "5 December 2026, 13:00"."""
        return _date(datetime.fromisoformat(self.text(name)), ", %H:%M")

    def last_day(self, name: str) -> str:
        """Write the local day that ends at an instant: "31 December 2027"."""
        return _date(datetime.fromisoformat(self.text(name)) - timedelta(microseconds=1), "")

    def weekdays(self, name: str) -> str:
        """Name ISO weekdays: ("1", "7") is "Monday, Sunday"."""
        value = self.get(name)
        return ", ".join(day_name[int(day) - 1] for day in (value if isinstance(value, tuple) else (value,)))

    def has(self, name: str) -> bool:
        return name in self._inputs

    def money(self, name: str, currency: str) -> str:
        return money(cast(int, self.get(name)), currency, self._currencies)

    @property
    def change(self) -> str:
        return thousandths(self.line.after_milli - self.line.before_milli)

    @property
    def before(self) -> str:
        return thousandths(self.line.before_milli)

    @property
    def after(self) -> str:
        return thousandths(self.line.after_milli)


def money(amount: int, currency: str, currencies: Currencies) -> str:
    """Write minor units with the currency's decimals: 1050, "USD" → "10.50 USD"; an unknown currency has two."""
    return f"{_decimal(amount, currencies.get(currency, 2))} {currency}"


def _date(local: datetime, time: str) -> str:
    return f"{local.day} " + local.strftime("%B %Y" + time)


def thousandths(milli: int) -> str:
    """Write thousandths as a decimal without needless zeros: 12500 → "12.5"."""
    text = _decimal(milli, 3)
    return text.rstrip("0").rstrip(".")


def _decimal(amount: int, decimals: int) -> str:
    if decimals == 0:
        return str(amount)
    whole, rest = divmod(abs(amount), 10**decimals)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:0{decimals}}"


def _program_not_live(facts: _Facts) -> str:
    return f"{facts.text('program')} was not running on {facts.moment('occurred_at')}."


_CONDITIONS: Mapping[str, str] = {
    "kind": "it earns on {needed}, this was {found}",
    "channels": "it is for the channels {needed}, this came by {found}",
    "partners": "it is for what happens with {needed}",
    "dates": "{found} lies outside its dates (first, last: {needed})",
    "weekdays": "it is for {needed}, this was a {found}",
    "hours": "it is for {needed} o'clock, this was {found}",
    "codes": "it needs one of the codes {needed}",
    "tenders": "it needs payment by {needed}",
    "segments": "it is for the segments {needed}",
    "tiers": "it is for the tiers {needed}",
    "when": "it asks for {needed}: {found}",
    "round": "it closed at {needed}",
    "currency": "it is about {needed}, the order is in {found}; nothing is converted",
    "lines": "it needs an order with lines",
    "nothing_counts": "nothing in the order counts for earning",
    "items": "no line of the order is among its items",
    "minimum_amount": "it needs {needed} or more, the order has {found}",
    "maximum_amount": "it is for {needed} or less, the order has {found}",
}


def _not_eligible(facts: _Facts) -> str:
    if facts.has("currency"):
        currency = facts.text("currency")
        needed, found = facts.money("needed", currency), facts.money("found", currency)
    elif facts.get("condition") == "weekdays":
        needed, found = facts.weekdays("needed"), facts.weekdays("found")
    else:
        needed, found = facts.text("needed"), facts.text("found") or "none"
    return f"{facts.rule} does not apply: {_CONDITIONS[facts.text('condition')].format(needed=needed, found=found)}."


def _base(facts: _Facts) -> str:
    if facts.get("earn") != "per_amount":
        return f"{facts.rule} gives {facts.change}."
    currency = facts.text("currency")
    rate = f"{facts.text('points')} for every {facts.money('per', currency)}"
    return f"{facts.rule} gives {facts.change}: {rate} of {facts.money('amount', currency)}."


def _multiplier(facts: _Facts) -> str:
    return f"{facts.rule} (× {facts.text('factor')}) makes {facts.before} into {facts.after}."


def _bonus(facts: _Facts) -> str:
    return f"{facts.rule} adds {facts.change}."


def _cap(facts: _Facts) -> str:
    whom = "per member" if facts.get("per") == "member" else "for all members"
    limit, counts = facts.text("limit"), facts.text("counts")
    amount = "once" if (limit, counts) == ("1", "times") else f"{limit} {counts}"
    limit = f"at most {amount} ({facts.text('period')}, {whom})"
    if facts.line.before_milli == facts.line.after_milli:
        return f"{facts.rule} gives nothing more: {limit}, {facts.text('used')} used before."
    return f"{facts.rule} is held to {limit}, {facts.text('used')} used before: {facts.before} becomes {facts.after}."


_ROUNDINGS: Mapping[str, str] = {
    "floor": "cut off",
    "half_up": "rounded, halves up",
    "half_even": "rounded, halves to even",
}


def _rounding(facts: _Facts) -> str:
    return f"{facts.before} is {_ROUNDINGS[facts.text('rounding')]} to {facts.after}."


def _pending(facts: _Facts) -> str:
    return (
        f"Available from {facts.moment('until')}."
        if facts.has("until")
        else f"Available after “{facts.text('trigger')}”."
    )


def _expiry(facts: _Facts) -> str:
    ends = []
    if facts.has("expires_at"):
        ends.append(f"Can be used until {facts.last_day('expires_at')}.")
    if facts.has("lapses_at"):
        ends.append(f"Without further activity all points end after {facts.last_day('lapses_at')}.")
    return " ".join(ends)


def _nothing_earned(facts: _Facts) -> str:
    return "Nothing is earned."


def _parked(facts: _Facts) -> str:
    return "Waits for the purchase of its order."


def _held(facts: _Facts) -> str:
    limit, used = facts.text("limit"), facts.text("used")
    if facts.text("currency"):
        limit, used = (facts.money(name, facts.text("currency")) for name in ("limit", "used"))
        limit = f"{limit} of"
    what = f"“{facts.text('kind')}” activities per member and {facts.text('per')}"
    return f"Held for review: the limit is {limit} {what}; {used} came before."


def _taken_back(facts: _Facts) -> str:
    of = f" of {facts.line.rule_name}" if facts.line.rule_name else ""
    return f"{facts.text('amount')} taken back{of} ({facts.text('book')}): {facts.before} becomes {facts.after}."


def _given_back(facts: _Facts) -> str:
    return f"{facts.text('amount')} given back ({facts.text('book')}): {facts.before} becomes {facts.after}."


def _shortfall(facts: _Facts) -> str:
    of = f" of {facts.line.rule_name}" if facts.line.rule_name else ""
    return f"{facts.text('amount')}{of} could not be taken back: they are spent."


def _nothing_to_reverse(facts: _Facts) -> str:
    return "Nothing had to be taken back or given back."


def _matured(facts: _Facts) -> str:
    return f"{facts.text('amount')} became available."


def _top_up(facts: _Facts) -> str:
    return f"{facts.money('amount', facts.text('currency'))} is put on by line {facts.text('line')}."


def _top_up_bonus(facts: _Facts) -> str:
    currency = facts.text("currency")
    since, bonus = facts.money("from", currency), facts.money("bonus", currency)
    if facts.has("percent"):
        return f"From {since} on, {facts.text('percent')} % of {facts.money('amount', currency)} on top: {bonus} bonus."
    return f"From {since} on, {bonus} bonus on top."


def _tier(facts: _Facts) -> str:
    name = facts.text("tier") or "no tier"
    until = f" until {facts.text('until')}" if facts.text("until") else ""
    sentences = {
        "reached": f"{name} is reached{until}.",
        "kept": f"{name} is kept{until}.",
        "lost": f"The tier is lost: {name}{until}.",
        "taken_back": f"The tier is taken back with what it was reached by: {name}{until}.",
        "set": f"{name} was set by hand{until}.",
        "set_ended": f"What was set by hand has ended: {name}{until}.",
        "reopened": f"The tier no longer rests: {name}{until}.",
    }
    return sentences[facts.text("reason")]


def _played(facts: _Facts) -> str:
    drawn = f"{facts.text('number')} of 0 to {cast(int, facts.get('out_of')) - 1}"
    return f"The number drawn is {drawn}: {facts.text('prize')}."


_USED_UP: Mapping[str, str] = {
    "stock": "all are given away",
    "per_day": "all of the day are given away",
    "per_member": "the member has won it as often as one can",
    "per_member_per_day": "the member has won it as often as one can on a day",
}


def _prize_replaced(facts: _Facts) -> str:
    return f"{facts.text('prize')} becomes {facts.text('instead')}: {_USED_UP[facts.text('limit')]}."


def _prize(facts: _Facts) -> str:
    return f"The prize is {facts.text('prize')}." if facts.get("won") else f"{facts.text('prize')}: nothing is won."


def _task(facts: _Facts) -> str:
    times = "" if facts.get("times") == 1 else f" {facts.text('times')} times"
    badge = f" The badge {facts.text('badge')} is earned with it." if facts.has("badge") else ""
    sentences = {
        "progress": f"{facts.rule}: {_of_target(facts)}.",
        "done": f"{facts.rule} is done{times}.{badge}",
        "undone": f"{facts.rule} is done no longer{times}: what it brought is taken back.",
        "withdrawn": f"{facts.rule} goes with what began it.",
    }
    return sentences[facts.text("result")]


def _of_target(facts: _Facts) -> str:
    if facts.has("currency"):
        currency = facts.text("currency")
        return f"{facts.money('has', currency)} of {facts.money('target', currency)}"
    return f"{facts.text('has')} of {facts.text('target')}{' steps' if facts.has('steps') else ''}"


Sentence = Callable[[_Facts], str]


def _times(facts: _Facts) -> str:
    return f"{facts.text('times')} × {facts.text('points')} points"


_REFERRALS = {
    "invited": "A friend's code was used: the referral waits for the first order.",
    "rejected": "A friend's code was used, but both look like one person.",
    "self": "A member cannot come by their own code.",
    "taken": "Somebody else's code was used before.",
    "customer": "A code is for new customers, and this is none.",
    "circle": "The friend came by this member's own code.",
}

ENGLISH: Mapping[ExplanationCode, Sentence] = {
    ExplanationCode.NO_PROGRAM: lambda facts: f"The line of business {facts.text('line')} has no program.",
    ExplanationCode.PROGRAM_NOT_LIVE: _program_not_live,
    ExplanationCode.NOT_ELIGIBLE: _not_eligible,
    ExplanationCode.BASE: _base,
    ExplanationCode.MULTIPLIER: _multiplier,
    ExplanationCode.BONUS: _bonus,
    ExplanationCode.CAP: _cap,
    ExplanationCode.ROUNDING: _rounding,
    ExplanationCode.PENDING: _pending,
    ExplanationCode.EXPIRY: _expiry,
    ExplanationCode.NOTHING_EARNED: _nothing_earned,
    ExplanationCode.PARKED: _parked,
    ExplanationCode.HELD: _held,
    ExplanationCode.TAKEN_BACK: _taken_back,
    ExplanationCode.GIVEN_BACK: _given_back,
    ExplanationCode.SHORTFALL: _shortfall,
    ExplanationCode.NOTHING_TO_REVERSE: _nothing_to_reverse,
    ExplanationCode.MATURED: _matured,
    ExplanationCode.TOP_UP: _top_up,
    ExplanationCode.TOP_UP_BONUS: _top_up_bonus,
    ExplanationCode.TIER: _tier,
    ExplanationCode.TASK: _task,
    ExplanationCode.REFERRAL: lambda facts: _REFERRALS[facts.text("outcome")],
    ExplanationCode.PLAYED: _played,
    ExplanationCode.PRIZE_REPLACED: _prize_replaced,
    ExplanationCode.PRIZE: _prize,
    ExplanationCode.CONVERTED: lambda facts: f"Turned into a gift: {_times(facts)}.",
    ExplanationCode.CONVERSION_UNDONE: lambda facts: f"Turned back from a gift: {_times(facts)}.",
    ExplanationCode.REWARD: lambda facts: f"Reward by {facts.rule}: {facts.text('reward')}.",
}

LANGUAGES: Mapping[str, Mapping[ExplanationCode, Sentence]] = {"en": ENGLISH}
