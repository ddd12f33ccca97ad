"""What happens at the partner: recorded, quoted, and points spent there, set aside first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import strawberry

from kit.errors import Refusal
from programs import activities
from programs.activity import Activity as Told
from programs.activity import ActivityKind
from programs.coalition import burning, earning, links
from programs.coalition.links import LinkId
from programs.records import MemberRef
from rewards.views import RedemptionId, RedemptionView
from schema.partner.codes import (
    PartnerRecordActivityErrorCode,
    PartnerRedeemCancelErrorCode,
    PartnerRedeemConfirmErrorCode,
    PartnerRedeemReserveErrorCode,
)
from schema.partner.happened import Activity, Redemption, show_activities, show_redemptions
from schema.partner.rewards import read_wish
from schema.partner.types import LinkedMember, show_member
from schema.partner.who import KEY, OWN, partner_of, refuse_top_ups
from schema.shared.carts import check_text
from schema.shared.compiled import compile_input
from schema.shared.context import Info
from schema.shared.declare import UNSET, choice, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import LINK, REDEMPTION
from schema.shared.recording import READERS, Path, submitted
from schema.shared.scalars import BigInt
from schema.shared.told import CancelInput, EventInput, PurchaseInput, RefundInput
from tenants import scope
from tenants.roles import PartnerScope

_REFUSED = "Why it was refused."


@choice
class PartnerActivityInput:
    """What happened at the partner. Orders are the partner's own, whatever others call theirs."""

    purchase: PurchaseInput | None = field(default=UNSET, description="An order was paid.")
    refund: RefundInput | None = field(default=UNSET, description="Something of an order came back.")
    cancel: CancelInput | None = field(default=UNSET, description="An order was cancelled.")
    amend: PurchaseInput | None = field(default=UNSET, description="An order is like this now: all its lines.")
    event: EventInput | None = field(default=UNSET, description="Something else was done.")


@input_
class PartnerRecordActivityInput:
    """What a member did, once: the same key again changes nothing and answers the same."""

    idempotency_key: str = field(description=KEY)
    link: strawberry.ID = field(
        description="The member, `lnk_…`; of what corrects an order also by a link that has ended."
    )
    activity: PartnerActivityInput = field(description="What happened.")
    occurred_at: datetime | None = field(default=None, description="When; now unless given.")
    channel: str | None = field(default=None, description="Where it happened: `web`, `store`, …")


@output
class PartnerRecordActivityPayload:
    """The activity and what it led to."""

    activity: Activity | None = field(default=None, description="The activity.")
    member: LinkedMember | None = field(default=None, description="The member; null if the link has ended.")
    user_errors: list[UserError[PartnerRecordActivityErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class PartnerRedeemReserveInput:
    """Points to set aside as payment, or for a reward; the server says what they are worth, and what it costs."""

    idempotency_key: str = field(description=KEY)
    link: strawberry.ID = field(description="Whose points, `lnk_…`.")
    points: BigInt | None = field(
        default=None, description="How many points of the shared unit are to pay; this or a reward is given."
    )
    reward: strawberry.ID | None = field(
        default=None, description="The reward that the partner gives for points, `rwd_…`, from `rewards`."
    )
    order_id: str = field(description="The order that they pay for, or that the reward goes with.")
    order_total: BigInt | None = field(
        default=None, description="What the order comes to, in minor units: limits of the share are checked against it."
    )
    currency: str | None = field(default=None, description="The order's currency; the operator's unless given.")
    minutes: int = field(default=15, description="How long they stay set aside, 1–1,440.")


@output
class PartnerRedeemReservePayload:
    """The redemption."""

    redemption: Redemption | None = field(default=None, description="The redemption.")
    user_errors: list[UserError[PartnerRedeemReserveErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class PartnerRedeemConfirmInput:
    """A redemption whose points are to be spent."""

    idempotency_key: str = field(description=KEY)
    id: strawberry.ID = field(description="The redemption.")


@output
class PartnerRedeemConfirmPayload:
    """The redemption."""

    redemption: Redemption | None = field(default=None, description="The redemption.")
    user_errors: list[UserError[PartnerRedeemConfirmErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class PartnerRedeemCancelInput:
    """A redemption whose points are to be let go."""

    idempotency_key: str = field(description=KEY)
    id: strawberry.ID = field(description="The redemption.")


@output
class PartnerRedeemCancelPayload:
    """The redemption."""

    redemption: Redemption | None = field(default=None, description="The redemption.")
    user_errors: list[UserError[PartnerRedeemCancelErrorCode]] = field(default_factory=list, description=_REFUSED)


@strawberry.type
class DoingMutations:
    """The partner API's mutations on what members do and spend."""

    @mutation(
        PartnerRecordActivityPayload,
        PartnerRecordActivityErrorCode,
        "Record what a member did at the partner, and decide what it earns.",
        needs=PartnerScope.EARN,
        paths=OWN,
    )
    async def partner_record_activity(
        self, info: Info, input: PartnerRecordActivityInput
    ) -> PartnerRecordActivityPayload:
        partner = await partner_of(info)
        tag, inner = next(
            (tag, value) for tag in _READERS if (value := getattr(input.activity, tag)) not in (None, UNSET)
        )
        id_ = LinkId(LINK.read(input.link, "link"))
        link = await (links.ever if tag in _CORRECTIONS else links.get)(partner.id, id_)
        check_text(input.idempotency_key, ("idempotency_key",))
        if input.channel is not None:
            check_text(input.channel, ("channel",), 64)
        path = ("activity", tag)
        told = _READERS[tag](
            inner, path, input.idempotency_key, input.occurred_at or scope.now(), scope.actor(), input.channel
        )
        submission = earning.submission(partner, told, MemberRef(link.member_id), dated=input.occurred_at is not None)
        _, recorded = await submitted(submission, path)
        view = await activities.find(recorded.activity_id)
        assert view is not None, "an activity that was recorded is there"
        now = await links.find(partner.id, link.id)
        return PartnerRecordActivityPayload(
            activity=(await show_activities(info, [view]))[view.id],
            member=None if now is None else await show_member(info, now, "member"),
        )

    @mutation(
        PartnerRedeemReservePayload,
        PartnerRedeemReserveErrorCode,
        "Set points aside as payment at the partner, or for a reward that it gives.",
        needs=PartnerScope.BURN,
        paths={**OWN, "order_amount": ["orderTotal"], "order_reference": ["orderId"], "hold_minutes": ["minutes"],
               "redeem": ["points"]},
    )  # fmt: skip
    async def partner_redeem_reserve(self, info: Info, input: PartnerRedeemReserveInput) -> PartnerRedeemReservePayload:
        partner = await partner_of(info)
        link = await links.get(partner.id, LinkId(LINK.read(input.link, "link")))
        wish = read_wish(input.points, input.reward, (await info.context.units())[link.unit_id])
        if wish is None:
            raise Refusal("INVALID", "Give points or a reward.", ("points",))
        made = await burning.reserve(
            input.idempotency_key, partner, link.member_id, wish,
            order_reference=input.order_id, order_total=input.order_total, currency=input.currency,
            hold_minutes=input.minutes,
        )  # fmt: skip
        return PartnerRedeemReservePayload(redemption=await _shown(info, made))

    @mutation(
        PartnerRedeemConfirmPayload,
        PartnerRedeemConfirmErrorCode,
        "Spend points that were set aside at the partner; a reward's code is issued.",
        needs=PartnerScope.BURN,
        paths={**OWN, "redemption": ["id"], "member": ["id"]},
    )
    async def partner_redeem_confirm(self, info: Info, input: PartnerRedeemConfirmInput) -> PartnerRedeemConfirmPayload:
        id_ = RedemptionId(REDEMPTION.read(input.id, "id"))
        made = await burning.confirm(input.idempotency_key, await partner_of(info), id_)
        return PartnerRedeemConfirmPayload(redemption=await _shown(info, made))

    @mutation(
        PartnerRedeemCancelPayload,
        PartnerRedeemCancelErrorCode,
        "Let points go that were set aside at the partner.",
        needs=PartnerScope.BURN,
        paths={**OWN, "redemption": ["id"], "member": ["id"]},
    )
    async def partner_redeem_cancel(self, info: Info, input: PartnerRedeemCancelInput) -> PartnerRedeemCancelPayload:
        id_ = RedemptionId(REDEMPTION.read(input.id, "id"))
        made = await burning.cancel(input.idempotency_key, await partner_of(info), id_)
        return PartnerRedeemCancelPayload(redemption=await _shown(info, made))


async def _shown(info: Info, made: RedemptionView) -> Redemption:
    return (await show_redemptions(info, [made]))[made.id]


def _purchase(given: PurchaseInput, path: Path, *rest: Any) -> Told:
    refuse_top_ups(given.lines, path)
    activity: Told = READERS["purchase"](given, path, *rest)
    return activity


def _amend(given: PurchaseInput, *rest: Any) -> Told:
    return replace(_purchase(given, *rest), kind=ActivityKind.AMEND.value)


_READERS: dict[str, Any] = {**READERS, "purchase": _purchase, "amend": _amend}
_CORRECTIONS = frozenset({"refund", "cancel", "amend"})

compile_input(PartnerRecordActivityInput)
