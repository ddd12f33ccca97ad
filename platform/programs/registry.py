"""The kinds of programs there are: the only list. A new kind is one wing and one line here (and in `stores`)."""

from typing import Any

from programs.kind import Kind
from programs.points.kind import PointsKind

KINDS: dict[str, Kind[Any, Any]] = {
    "points": PointsKind(),
}
