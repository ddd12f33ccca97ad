"""Rules of templates, written short: each function gives a piece of a rules document."""

from __future__ import annotations

from typing import Any

from programs.templates.template import Document


def per_amount(id_: str, name: str, points: int, per: int, currency: str = "USD", **more: Any) -> Document:
    """A rule of points per amount."""
    earn = {"type": "per_amount", "points": points, "per": per, "currency": currency}
    return {"id": id_, "name": name, "earn": earn, **more}


def fixed(id_: str, name: str, points: int, on: str, **more: Any) -> Document:
    """A rule of points for something done; once only unless caps or conditions are given."""
    if "caps" not in more and "conditions" not in more:
        more["conditions"] = {"first_time_only": True}
    return {"id": id_, "name": name, "earn": {"type": "fixed", "points": points}, "on": [on], **more}


def reward(id_: str, name: str, slug: str, on: str, **more: Any) -> Document:
    """A rule that gives a reward of the catalogue for something done."""
    return {"id": id_, "name": name, "earn": {"type": "reward", "reward": slug}, "on": [on], **more}


def once_a(period: str, times: int = 1) -> list[Document]:
    """A cap of so many times in a period."""
    return [{"limit": times, "counts": "times", "period": period}]


def spend(at_least: int, currency: str = "USD") -> Document:
    """A way to a tier by spending."""
    return {"all_of": [{"metric": {"type": "spend", "currency": currency}, "at_least": at_least}]}


def pieces(at_least: int, *tags: str) -> Document:
    """A way to a tier by pieces with a tag, such as nights."""
    return {"all_of": [{"metric": {"type": "pieces", "tags": list(tags)}, "at_least": at_least}]}


def earned(at_least: int, unit: str) -> Document:
    """A way to a tier by points given."""
    return {"all_of": [{"metric": {"type": "earned", "unit": unit}, "at_least": at_least}]}


def times(at_least: int, kind: str) -> Document:
    """A way to a tier by how often something was done."""
    return {"all_of": [{"metric": {"type": "times", "kind": kind}, "at_least": at_least}]}


def perk(id_: str, name: str, perk_class: str = "adds_value", **more: Any) -> Document:
    """A perk of a tier or plan."""
    return {"id": id_, "name": name, "perk_class": perk_class, **more}
