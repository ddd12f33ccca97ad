"""Rules of referrals in sentences, for merchants who check them and for members who want to invite."""

from __future__ import annotations

from collections.abc import Sequence

from programs.gifts import Gift, RewardGift
from programs.periods import Period
from programs.referral import rules as r
from programs.wording import Words

_SUSPICIONS = {
    r.Suspicion.REVIEW: "If both look like one person, staff decide.",
    r.Suspicion.REJECT: "If both look like one person, it is rejected.",
}


def summary(rules: r.ReferralRules, words: Words) -> list[str]:
    """The program, one sentence per side, then what holds for both."""
    sentences = [f"{name}: {text}" for _, name, text in ways(rules, words)]
    sentences.append(_when(rules, words))
    sentences += [f"At most {_friends(cap.friends)} {_period(cap.period)} bring something." for cap in rules.caps]
    return [*sentences, _SUSPICIONS[rules.suspicion]]


def ways(rules: r.ReferralRules, words: Words) -> list[tuple[str, str, str]]:
    """What each side gets: an id, a name, a sentence."""
    sides = (("referrer", "Invite a friend", rules.referrer), ("friend", "Be invited", rules.friend))
    return [(id_, name, f"{_gifts(gifts, words)}.") for id_, name, gifts in sides if gifts]


def expiry(rules: r.ReferralRules, _words: Words) -> str:
    """Until when it can be taken back."""
    return "If the order comes back whole, both gifts go with it."


def _when(rules: r.ReferralRules, words: Words) -> str:
    late = "" if rules.within_days is None else f", placed within {_days(rules.within_days)} of using the code,"
    worth = f"of {words.money(rules.minimum, rules.currency)} or more"
    return f"It is given once an order {worth}{late} was kept for {_days(rules.return_days)}."


def _gifts(gifts: Sequence[Gift], words: Words) -> str:
    return " and ".join(
        f"the reward {gift.reward}" if isinstance(gift, RewardGift)
        else words.amount(gift.points) if gift.unit in (words.name, words.name_plural) else f"{gift.points} {gift.unit}"
        for gift in gifts
    )  # fmt: skip


def _period(period: Period) -> str:
    return "in all" if period is Period.LIFETIME else f"a {period.value}"


def _friends(number: int) -> str:
    return f"{number} friend{'' if number == 1 else 's'}"


def _days(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'}"
