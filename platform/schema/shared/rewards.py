"""What rewards give, by kind: the same terms in the catalogue of the console and in the shop."""

from __future__ import annotations

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
class RewardTerms:
    """What a reward gives: exactly one of these is set, the one that its kind names."""

    amount_off: AmountOff | None = field(default=None, description="An amount off the order.")
    percent_off: PercentOff | None = field(default=None, description="A percentage off the order.")
    free_product: FreeProduct | None = field(default=None, description="A product for nothing.")
    free_shipping: FreeShipping | None = field(default=None, description="Delivery for nothing.")
    gift_card: Credit | None = field(default=None, description="A gift card.")
    store_credit: Credit | None = field(default=None, description="Credit at the shop.")
    experience: Experience | None = field(default=None, description="Something to take part in.")


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


@choice
class RewardTermsInput:
    """What a reward gives; which one is given is the reward's kind."""

    amount_off: AmountOffInput | None = field(default=UNSET, description="An amount off the order.")
    percent_off: PercentOffInput | None = field(default=UNSET, description="A percentage off the order.")
    free_product: FreeProductInput | None = field(default=UNSET, description="A product for nothing.")
    free_shipping: FreeShippingInput | None = field(default=UNSET, description="Delivery for nothing.")
    gift_card: CreditInput | None = field(default=UNSET, description="A gift card.")
    store_credit: CreditInput | None = field(default=UNSET, description="Credit at the shop.")
    experience: ExperienceInput | None = field(default=UNSET, description="Something to take part in.")
