"""Factors that multiply points: a decimal (`1.5`) or a fraction (`7/5`), kept exactly."""

from collections.abc import Iterator

from programs.documents import Text
from programs.findings import Finding

FACTOR_MAX = 1000
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


def find(path: str, factor: str, *, allow_below_one: bool) -> Iterator[Finding]:
    """Check a factor that stands at `path`; for a kind's `validate`."""
    times, over = fraction(factor)
    if not over:
        yield Finding(path, "out_of_range", "must not divide by 0", factor, "1 … 999999")
    elif times > FACTOR_MAX * over:
        yield Finding(path, "out_of_range", f"must be at most {FACTOR_MAX}", factor, str(FACTOR_MAX))
    elif times < over and not allow_below_one:
        yield Finding(path, "below_one", "takes points away: set `allow_below_one` if that is meant", factor, "1")
