"""What happens at a partner, on its way into the intake: keys and orders of partners are kept apart."""

from __future__ import annotations

import re
from dataclasses import replace

from programs.activity import Activity
from programs.coalition.errors import invalid
from programs.coalition.partners import PartnerId, PartnerView
from programs.records import MemberRef, Submission
from tenants import commands, scope

ORDER_CHARACTERS_MAX = 200
_ORDER = "partner:{id}/{reference}"


def submission(partner: PartnerView, activity: Activity, member: MemberRef, *, dated: bool = True) -> Submission:
    """An activity as it happened at a partner: its key, and its order, are the partner's own.

    Raises `Refusal` INVALID for a key that no key can be.
    """
    order = None if activity.order_id is None else reference(partner.id, activity.order_id)
    own = replace(activity, key=key(partner.id, activity.key), order_id=order, partner=partner.slug)
    return Submission(scope.tenant_id(), member, own, scope.now(), dated=dated, partner_id=partner.id)


def key(partner: PartnerId, given: str) -> str:
    """A partner's idempotency key as it is kept: apart from the operator's own, and from other partners'.

    Raises `Refusal` INVALID.
    """
    return commands.of_partner(given, partner)


def reference(partner: PartnerId, order: str) -> str:
    """What the tenant calls a partner's order."""
    return _ORDER.format(id=partner, reference=order)


def read_order(partner: PartnerId, given: str | None) -> str | None:
    """What the tenant calls the order that a partner gave, if it gave one. Raises `Refusal` INVALID."""
    if given is None:
        return None
    if not 0 < len(given) <= ORDER_CHARACTERS_MAX or not given.isprintable():
        raise invalid(f"An order's id has 1 to {ORDER_CHARACTERS_MAX} printable characters.", "order_reference")
    return reference(partner, given)


def own_reference(partner: PartnerId, order: str | None) -> str | None:
    """What the partner calls its order; None for what is none of its."""
    head = reference(partner, "")
    return order[len(head) :] if order is not None and order.startswith(head) else None


def read_reference(order: str) -> str:
    """An order as people read it: by the partner's own number, if it is a partner's."""
    return _PARTNERS.sub("", order, count=1)


_PARTNERS = re.compile(r"^partner:[0-9a-f-]{36}/")
