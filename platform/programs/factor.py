"""Factors that multiply points: a decimal (`1.5`) or a fraction (`7/5`), kept exactly."""

from programs.documents import Text

FACTOR = Text(13, r"\d{1,6}(\.\d{1,4})?|\d{1,6}/\d{1,6}")


def fraction(factor: str) -> tuple[int, int]:
    """Give a factor as (numerator, denominator).

    >>> fraction("1.5"), fraction("7/5")
    ((15, 10), (7, 5))
    """
    over, slash, under = factor.partition("/")
    if slash:
        return int(over), int(under)
    whole, _, decimals = factor.partition(".")
    return int(whole + decimals), 10 ** len(decimals)
