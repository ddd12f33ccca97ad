"""How an amount falls on the lines of an order, and how much of a share a return takes back (DESIGN §4, promise 1)."""

from collections.abc import Sequence


def split(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split `amount` ≥ 0 by `weights` ≥ 0 into integers that sum to it: largest remainder, ties to the earlier weight.

    Without any weight above zero all count alike; no weights at all need an amount of 0 (else `ValueError`).
    """
    if not weights:
        if amount:
            raise ValueError("an amount needs at least one share")
        return ()
    total = sum(weights)
    if total == 0:
        weights, total = (1,) * len(weights), len(weights)
    shares = [amount * weight // total for weight in weights]
    left = amount - sum(shares)
    if left:
        _give(left, shares, [amount * weight % total for weight in weights])
    return tuple(shares)


def apportion(amount: int, parts: Sequence[int], denominator: int) -> tuple[int, ...]:
    """Make the exact parts `parts[i] / denominator` whole so that they sum to `amount`, their rounded sum.

    Each part is cut off, and what is left over goes to the largest fractions: a part that is whole stays as it is,
    so a part that was limited by a cap cannot exceed it again.
    """
    shares = [part // denominator for part in parts]
    left = amount - sum(shares)
    if left:
        _give(left, shares, [part % denominator for part in parts])
    return tuple(shares)


def reversal(share: int, returned_cumulative: int, quantity: int, already_reversed: int) -> int:
    """Give the points to take back now, when `returned_cumulative` of `quantity` have come back in all.

    floor(share × cumulative / quantity) − already reversed, never negative; a full return takes all that is left.
    """
    returned = min(max(returned_cumulative, 0), quantity)
    return max(share * returned // quantity - already_reversed, 0)


def _give(left: int, shares: list[int], rests: list[int]) -> None:
    if left == 1:  # most often, and twice as fast as sorting
        shares[rests.index(max(rests))] += 1
        return
    for index in sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[:left]:
        shares[index] += 1
