"""What an input changes about a member, worked out in memory: pure, so that one write per table can follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from members.dependants import Dependant, replaced
from members.errors import invalid
from members.inputs import ATTRIBUTES_MAX, TAGS_MAX, UNSET, MemberInput
from members.views import Attribute, Consent, MemberView, stored


@dataclass(frozen=True, slots=True)
class Changed:
    """A member after an input, and which tables have to hear of it; `fields` names what changed, for the audit log."""

    view: MemberView
    created: bool
    profile: bool
    joined: bool
    tags_added: tuple[str, ...]
    tags_removed: tuple[str, ...]
    consents: tuple[Consent, ...]
    fields: tuple[str, ...]
    dependants_before: tuple[Dependant, ...] = ()


def changed(view: MemberView, given: MemberInput, now: datetime, *, created: bool) -> Changed:
    """Apply a checked input. Raises `Refusal` if the member would have too many tags or attributes."""
    profile = {name: getattr(given, name) for name in _PROFILE if getattr(given, name) is not UNSET}
    profile = {name: value for name, value in profile.items() if value != getattr(view, name)}
    if given.attributes is not UNSET:
        merged = _merged(view.attributes, given.attributes)
        if stored(merged) != stored(view.attributes):
            profile["attributes"] = merged
    tags = _tags(view, given)
    consents = _consents(view, given, now)
    dependants = view.dependants if given.dependants is UNSET else replaced(view.dependants, given.dependants or ())
    joined = given.joined_at is not UNSET and given.joined_at != view.joined_at
    after: dict[str, Any] = {**profile}
    if profile or created:
        after["updated_at"] = now
    if joined:
        after["joined_at"] = given.joined_at
    latest = {consent.purpose: consent for consent in (*view.consents, *consents)}
    return Changed(
        view=replace(
            view, **after, tags=tags, consents=tuple(latest[purpose] for purpose in sorted(latest)),
            dependants=dependants,
        ),
        created=created,
        profile=bool(profile) or created,
        joined=joined,
        tags_added=tuple(tag for tag in tags if tag not in view.tags),
        tags_removed=tuple(tag for tag in view.tags if tag not in tags),
        consents=consents,
        fields=(*profile, *(("joined_at",) if joined else ()), *(("tags",) if tags != view.tags else ()),
                *(("consents",) if consents else ()), *(("dependants",) if dependants != view.dependants else ())),
        dependants_before=view.dependants,
    )  # fmt: skip


_PROFILE = ("name", "email", "phone", "birthday", "locale")


def _merged(before: Mapping[str, Attribute], given: Mapping[str, Attribute | None] | None) -> Mapping[str, Attribute]:
    if given is None:
        return {}
    merged = {name: value for name, value in {**before, **given}.items() if value is not None}
    if len(merged) > ATTRIBUTES_MAX:
        raise invalid(f"With these, the member would have more than {ATTRIBUTES_MAX} attributes.", "attributes")
    return merged


def _tags(view: MemberView, given: MemberInput) -> tuple[str, ...]:
    start = view.tags if given.tags is UNSET else given.tags or ()
    tags = {*start, *given.add_tags} - {*given.remove_tags}
    if len(tags) > TAGS_MAX:
        field = "add_tags" if given.tags is UNSET else "tags"
        raise invalid(f"With these, the member would have more than {TAGS_MAX} tags.", field)
    return tuple(sorted(tags))


def _consents(view: MemberView, given: MemberInput, now: datetime) -> tuple[Consent, ...]:
    """Only what is news: a nightly import that repeats a consent adds nothing."""
    known = {consent.purpose: consent.granted for consent in view.consents}
    return tuple(
        Consent(consent.purpose, consent.granted, consent.source, now)
        for consent in given.consents
        if known.get(consent.purpose) is not consent.granted
    )
