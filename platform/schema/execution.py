"""How an operation is run: not without end. What it may cost is an estimate; this is the limit of what it does cost."""

from __future__ import annotations

from typing import Any, ClassVar

from graphql import Executor

from schema.limits import LimitExceeded


def bounded(items_max: int) -> type[Executor[None]]:
    """An executor that ends an operation once the lists of its answer hold more than `items_max` items in all.

    Every list counts, of leaves too, each time that it stands in the answer. What comes after is `LimitExceeded`.
    """
    return type("Bounded", (_Bounded,), {"items_max": items_max})


class _Bounded(Executor[None]):
    items_max: ClassVar[int]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._items = 0

    def complete_list_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: None
    ) -> Any:
        """Complete a list, if there is room for it; its resolver has run, and what it read is in memory already."""
        self._items += len(result) if isinstance(result, list | tuple) else 0
        if self._items > self.items_max:
            raise LimitExceeded("items", self.items_max)
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)
