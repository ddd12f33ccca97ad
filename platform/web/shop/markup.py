"""HTML from templates whose values are escaped unless they are HTML themselves."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from string import Formatter
from typing import Any


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


class _Escaping(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        return value if isinstance(value, Html) else escape(format(value, format_spec), quote=True)


_FORMATTER = _Escaping()


def html(template: str, /, **values: object) -> Html:
    """Fill a template: `html("<b>{name}</b>", name="R&B")` is `<b>R&amp;B</b>`. Templates are our own literals."""
    return Html(_FORMATTER.vformat(template, (), values))


def join(parts: Iterable[Html]) -> Html:
    """Pieces of HTML, one after the other."""
    return Html("".join(parts))


EMPTY = Html("")
