"""Tell what happened: rows of the outbox, written in the transaction that did it, relayed after its commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

from kit.ids import new_id
from kit.setbased import ColumnType, Insert
from tenants import scope

KINDS: Final[Mapping[str, str]] = {
    "activity.decided": "An activity was decided; `entries` are the points it moved for its member, perhaps none.",
    "activity.held": "An activity is more than a member may do at once, and waits for a person.",
    "activity.rejected": "An activity that was held was looked at, and rejected: it leads to nothing.",
    "donation.made": "A member gave points to a cause, worth `value`; `matched` is what the merchant added.",
    "donation.cancelled": "A donation was called off on its day; the points were given back.",
    "game.drawn": "A draw was drawn or a leaderboard closed; each winner has an event of their own.",
    "game.played": "A member played: `drawn_prize` was drawn and became `prize`; `won` unless that is a blank.",
    "game.prize_won": "A member won a prize: by a play, or in a `round`.",
    "game.seed_revealed": "A seed is shown: nothing is drawn from it any more, and its plays can be recomputed.",
    "gift_card.issued": "A gift card was issued, or got a new code; the code itself is not in the event.",
    "gift_card.moved": "What was left of a gift card was put onto a member's balance.",
    "gift_card.disabled": "A gift card was ended; what was left of it is nobody's.",
    "charge.succeeded": "Money that was asked for came, or a refund went back.",
    "charge.declined": "Money that was asked for did not come, or a refund failed; `reason` is the provider's.",
    "charge.expired": "Nobody paid on the page.",
    "dividend.given": "A member got points for what they paid in the last calendar year.",
    "membership.joined": "A member has a plan, perhaps on trial.",
    "membership.renewed": "The next term of a membership was paid for.",
    "membership.declined": "The next term could not be charged; it will be tried again.",
    "membership.days_given": "The end of a membership's term was put off by free days.",
    "membership.upgraded": "A membership has another plan.",
    "membership.cancelling": "A membership will end when its term is over.",
    "membership.resumed": "A cancellation was taken back.",
    "membership.ended": "A membership has ended.",
    "pass.bought": "A member has a pass.",
    "pass.used": "A visit was counted on a pass: `used` in all.",
    "pass.refunded": "A pass was given back.",
    "member.merged": "A member became one with another: `merged` is now `member`, who has their points.",
    "payment.authorized": "Stored value was set aside for an order.",
    "payment.captured": "Stored value that was set aside was taken, in whole or in part.",
    "payment.voided": "Stored value that was set aside was let go.",
    "payment.expired": "Stored value was not captured in time and was let go.",
    "payment.refunded": "Stored value that was taken was given back: `returned` of it in all.",
    "link.ended": "A member's link with a partner has ended: by either, or since they consent no longer, or are gone.",
    "partner.block_empty": "A partner has used up what it paid ahead in a currency: it can give no more points.",
    "partner.block_low": "A partner has fewer `points` paid ahead than its terms want it told of.",
    "partner.joined": "A shop took part in a coalition as this partner, by the operator's invitation.",
    "partner.shop_unlinked": "The shop that was a partner's own takes part no longer; the partner stays.",
    "partner.frozen": "A partner takes no part for now: it neither gives nor takes points.",
    "partner.key_revoked": "A key of a partner was ended.",
    "partner.left": "A partner has left the coalition for good; what is open is settled.",
    "partner.perk_borne": "A perk that a partner bears was used at another; it pays `amount_micros` for it.",
    "partner.perk_borne_back": "Such a use was given back, and with it what it cost.",
    "partner.perk_given": "A member used a perk at a partner, which gives it.",
    "partner.perk_given_back": "Such a use was given back.",
    "partner.terms_announced": "A partner has new terms, which hold from `valid_from` on.",
    "partner.unfrozen": "A frozen partner takes part again.",
    "participation.ended": "The shop takes part in a coalition of another's no longer: either side has ended it.",
    "perk.used": "A member used a perk of a tier or plan.",
    "perk.given_back": "A perk that a member had used was given back, by hand or with its order; it counts no longer.",
    "points.converted": "A partner's own points became shared ones (`direction` in), or shared ones its own (out).",
    "points.conversion_undone": "Such a conversion was taken back on its day.",
    "points.exchanged": "A member's points became ones of a coalition that the shop takes part in (in), or back (out).",
    "points.exchange_undone": "Such an exchange was taken back on its day.",
    "points.expiring": "Points of a member expire in so many days, as the program's rules want it told.",
    "points.transferred": "A member gave points to another, the `receiver`.",
    "program.published": "A program's rules decide from `live_from` on: a draft, or an earlier version brought back.",
    "program.paused": "A program decides nothing for now.",
    "program.resumed": "A paused program decides again.",
    "program.archived": "A program has ended for good; what was earned stays.",
    "redemption.reserved": "Points were set aside for a reward or a payment.",
    "redemption.confirmed": "The points of a redemption were taken.",
    "redemption.cancelled": "A redemption was called off; its points can be spent again.",
    "redemption.expired": "A redemption was not confirmed in time; its points can be spent again.",
    "stored_value.credited": "An order that was paid otherwise was refunded to a member's balance.",
    "reward.given": "A program gave a member a reward of the catalogue; `reason` says what for.",
    "reward.taken_back": "A reward that was given was taken back, since what it was given for is gone.",
    "voucher.issued": "A member got the code of a reward; the code itself is not in the event.",
    "voucher.used": "The shop took a member's code; the code itself is not in the event.",
    "task.begun": "A task of a member began: it was claimed, assigned, or an activity triggered it.",
    "task.done": "A member has done a task; `times` is how often in all.",
    "task.undone": "What a member did for a task was undone; `times` is how often it is done now.",
    "task.expired": "The time of a task is over, and it was not done.",
    "task.withdrawn": "Staff took a task back from a member.",
    "badge.earned": "A member has earned a badge.",
    "badge.lost": "What had brought a member a badge was undone.",
    "referral.claimed": "A member came by a friend's code.",
    "referral.qualified": "An order of the friend was kept, but both look like one person: staff decide.",
    "referral.rejected": "A referral brings nothing; `reason` says why.",
    "referral.rewarded": "An order of the friend was kept, and both sides got their gifts.",
    "referral.taken_back": "That order came back whole, and the gifts were taken back.",
    "settlement.drafted": "The job has settled a partner's period; `due` minor units, from the partner's side.",
    "settlement.approved": "A settlement was found right; the hash of its statement is kept.",
    "settlement.paid": "What was due by a settlement was paid.",
    "tier.dormancy_warned": "A member did nothing for long: from `freezes_at` on, their tier will bring nothing.",
    "webhook.disabled": "Nothing arrived at a webhook's endpoint for days, or it answered 410: nothing is sent there.",
    "tier.changed": "A member came into another tier, or keeps theirs for another time.",
}
"""Every kind of event and what it says. A stored kind is never renamed or used for something else."""


ID_FIELDS: Final[Mapping[str, str]] = {
    "activity": "act",
    "api_key": "key",
    "charge": "chg",
    "conversion": "cnv",
    "donation": "don",
    "gift_card": "gft",
    "friend": "mem",
    "link": "lnk",
    "member": "mem",
    "membership": "mbs",
    "merged": "mem",
    "moved_to": "gft",
    "participation": "pcp",
    "partner": "prt",
    "pass": "pas",
    "payment": "pay",
    "perk_use": "pku",
    "play": "ply",
    "program": "prg",
    "purchaser": "mem",
    "receiver": "mem",
    "redemption": "red",
    "referral": "rfl",
    "referrer": "mem",
    "reward": "rwd",
    "round": "rnd",
    "settlement": "stl",
    "transfer": "tra",
    "unit": "unt",
    "version": "ver",
    "voucher": "vch",
}
"""The fields of bodies that are ids, each with the prefix under which the outside knows it. A field means one thing."""


class Happening(NamedTuple):
    """Something that happened to `subject` (`member:<id>`); `body` is JSON with plain ids and nothing personal.

    `partner`: whom it happened with, if with a partner of a coalition; `connect.partner_events` says what that is told.
    """

    kind: str
    subject: str
    body: Mapping[str, Any]
    partner: str | None = None


async def emit(kind: str, subject: str, body: Mapping[str, Any], partner: str | None = None) -> None:
    """Write one event in the transaction under way."""
    await emit_many([Happening(kind, subject, body, partner)])


async def emit_many(happenings: Sequence[Happening]) -> None:
    """Write events in the transaction under way, in order, in one statement."""
    tenant, now = scope.tenant_id(), scope.now()
    unknown = {happening.kind for happening in happenings} - KINDS.keys()
    assert not unknown, f"events of no documented kind: {sorted(unknown)}"
    await INSERT_WITH_PARTNER([
        (tenant, new_id(), kind, subject, orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode(), now, partner)
        for kind, subject, body, partner in happenings
    ])  # fmt: skip


def _insert(waits: str, **more: ColumnType) -> Insert:
    # What nobody waits for is not left for the relay.
    relayed = (
        "NOT EXISTS (SELECT 1 FROM webhook_endpoint w WHERE w.tenant_id = x.tenant_id "
        f"AND w.disabled_at IS NULL AND {waits})"
    )
    return Insert(
        "event", tenant_id="uuid", id="uuid", kind="text", subject="text", body="text", recorded_at="instant", **more,
        computed={"relayed": relayed},
    )  # fmt: skip


INSERT = _insert("w.partner_id IS NULL")
"""Writes events of documented kinds; for those who write them together with other rows."""

INSERT_WITH_PARTNER = _insert("(w.partner_id IS NULL OR w.partner_id = x.partner_id)", partner_id="uuid")
"""Likewise, with the partner that an event happened with, or null."""
