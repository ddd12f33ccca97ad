"""What rewards give, by kind: the same terms in the catalogue of the console and in the shop."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from rewards import terms as domain
from schema.shared.declare import UNSET, choice, field, input_, output
from schema.shared.values import Money, MoneyInput


@output
class AmountOff:
    """An amount off the order."""

    amount: Money = field(description="How much.")
    minimum_order: Money | None = field(description="What the order must come to.")


@output
class PercentOff:
    """A percentage off the order."""

    percent: int = field(description="1–100.")
    at_most: Money | None = field(description="The most that it takes off.")
    minimum_order: Money | None = field(description="What the order must come to.")


@output
class FreeProduct:
    """A product for nothing."""

    sku: str = field(description="The shop's article number.")
    quantity: int = field(description="How many pieces.")


@output
class FreeShipping:
    """Delivery for nothing."""

    minimum_order: Money | None = field(description="What the order must come to.")


@output
class Credit:
    """Money on a gift card or a credit account."""

    amount: Money = field(description="How much.")


@output
class Experience:
    """Something to take part in."""

    instructions: str = field(description="What the member is told to do.")


@output
class Donation:
    """Money that the merchant gives in the member's name."""

    cause: str = field(description="To what.")
    amount: Money = field(description="How much.")


@output
class PartnerReward:
    """Something that a partner gives."""

    partner: str = field(description="The partner.")
    instructions: str = field(description="What the member is told to do.")


@output
class PointsAndCash:
    """A product for the points and some money."""

    sku: str = field(description="The shop's article number.")
    quantity: int = field(description="How many pieces.")
    cash: Money = field(description="What the member pays beside the points.")


@output
class TierRaise:
    """A tier for a time."""

    tier: str = field(description="The tier, by its id in the rules of a tiered program.")
    months: int = field(description="For so many months, to the end of that day.")


@output
class RewardTerms:
    """What a reward gives: exactly one of these is set, the one that its kind names."""

    amount_off: AmountOff | None = field(default=None, description="An amount off the order.")
    percent_off: PercentOff | None = field(default=None, description="A percentage off the order.")
    free_product: FreeProduct | None = field(default=None, description="A product for nothing.")
    free_shipping: FreeShipping | None = field(default=None, description="Delivery for nothing.")
    gift_card: Credit | None = field(default=None, description="A gift card.")
    store_credit: Credit | None = field(default=None, description="Credit at the shop.")
    donation: Donation | None = field(default=None, description="A donation.")
    experience: Experience | None = field(default=None, description="Something to take part in.")
    partner_reward: PartnerReward | None = field(default=None, description="Something that a partner gives.")
    points_and_cash: PointsAndCash | None = field(default=None, description="A product for points and money.")
    tier_raise: TierRaise | None = field(default=None, description="A tier for a time.")


@input_
class AmountOffInput:
    """An amount off the order."""

    amount: MoneyInput = field(description="How much.")
    minimum_order: MoneyInput | None = field(default=None, description="What the order must come to.")


@input_
class PercentOffInput:
    """A percentage off the order."""

    percent: int = field(description="1–100.")
    at_most: MoneyInput | None = field(default=None, description="The most that it takes off.")
    minimum_order: MoneyInput | None = field(default=None, description="What the order must come to.")


@input_
class FreeProductInput:
    """A product for nothing."""

    sku: str = field(description="The shop's article number.")
    quantity: int = field(default=1, description="How many pieces.")


@input_
class FreeShippingInput:
    """Delivery for nothing."""

    minimum_order: MoneyInput | None = field(default=None, description="What the order must come to.")


@input_
class CreditInput:
    """Money on a gift card or a credit account."""

    amount: MoneyInput = field(description="How much.")


@input_
class ExperienceInput:
    """Something to take part in."""

    instructions: str = field(description="What the member is told to do, up to 2,000 characters.")


@input_
class DonationInput:
    """Money that the merchant gives in the member's name."""

    cause: str = field(description="To what.")
    amount: MoneyInput = field(description="How much.")


@input_
class PartnerRewardInput:
    """Something that a partner gives."""

    partner: str = field(description="The partner.")
    instructions: str = field(description="What the member is told to do, up to 2,000 characters.")


@input_
class PointsAndCashInput:
    """A product for the points and some money."""

    sku: str = field(description="The shop's article number.")
    cash: MoneyInput = field(description="What the member pays beside the points.")
    quantity: int = field(default=1, description="How many pieces.")


@input_
class TierRaiseInput:
    """A tier for a time."""

    tier: str = field(description="The tier, by its id in the rules of a tiered program.")
    months: int = field(description="For so many months, 1–120, to the end of that day.")


@choice
class RewardTermsInput:
    """What a reward gives; which one is given is the reward's kind."""

    amount_off: AmountOffInput | None = field(default=UNSET, description="An amount off the order.")
    percent_off: PercentOffInput | None = field(default=UNSET, description="A percentage off the order.")
    free_product: FreeProductInput | None = field(default=UNSET, description="A product for nothing.")
    free_shipping: FreeShippingInput | None = field(default=UNSET, description="Delivery for nothing.")
    gift_card: CreditInput | None = field(default=UNSET, description="A gift card.")
    store_credit: CreditInput | None = field(default=UNSET, description="Credit at the shop.")
    donation: DonationInput | None = field(default=UNSET, description="A donation.")
    experience: ExperienceInput | None = field(default=UNSET, description="Something to take part in.")
    partner_reward: PartnerRewardInput | None = field(default=UNSET, description="Something that a partner gives.")
    points_and_cash: PointsAndCashInput | None = field(default=UNSET, description="A product for points and money.")
    tier_raise: TierRaiseInput | None = field(default=UNSET, description="A tier for a time.")


_SHOWN: dict[domain.RewardKind, type[Any]] = {
    domain.RewardKind.AMOUNT_OFF: AmountOff,
    domain.RewardKind.PERCENT_OFF: PercentOff,
    domain.RewardKind.FREE_PRODUCT: FreeProduct,
    domain.RewardKind.FREE_SHIPPING: FreeShipping,
    domain.RewardKind.GIFT_CARD: Credit,
    domain.RewardKind.STORE_CREDIT: Credit,
    domain.RewardKind.DONATION: Donation,
    domain.RewardKind.EXPERIENCE: Experience,
    domain.RewardKind.PARTNER_REWARD: PartnerReward,
    domain.RewardKind.POINTS_AND_CASH: PointsAndCash,
    domain.RewardKind.TIER_RAISE: TierRaise,
}


def show_terms(terms: domain.RewardTerms) -> RewardTerms:
    """Terms in the schema."""
    given = {name.name: getattr(terms, name.name) for name in fields(terms)}
    shown = _SHOWN[terms.KIND](
        **{name: show_money(value) if isinstance(value, domain.Money) else value for name, value in given.items()}
    )
    return RewardTerms(**{terms.KIND.value: shown})


def read_terms(given: RewardTermsInput) -> domain.RewardTerms:
    """The terms that were given: exactly one kind is, as the schema has checked."""
    ((kind, inner),) = (
        (kind, value) for kind in domain.RewardKind if (value := getattr(given, kind.value)) not in (None, UNSET)
    )
    values = {name.name: getattr(inner, name.name) for name in fields(inner)}
    make: Any = domain.TERMS[kind]
    terms: domain.RewardTerms = make(
        **{name: _money(value) if isinstance(value, MoneyInput) else value for name, value in values.items()}
    )
    return terms


def show_money(money: domain.Money) -> Money:
    """An amount of money in the schema."""
    return Money(amount=money.amount, currency=money.currency)


def _money(given: MoneyInput) -> domain.Money:
    return domain.Money(given.amount, given.currency)
