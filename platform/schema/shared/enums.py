"""Enums in the schema: the domain's own, under the names and with the words that a merchant's developer reads."""

from __future__ import annotations

from enum import StrEnum

from programs.activity import LineKind, TenderKind
from programs.campaign.rules import WhenSpent
from programs.clawback import Clawback
from programs.coalition.rules import Recognition
from programs.decision import CounterOwner, ExplanationCode
from programs.findings import Severity as FindingSeverity
from programs.game.rules import Every, FreeEvery
from programs.paid.rules import Otherwise
from programs.paid.rules import Period as PlanPeriod
from programs.periods import Period
from programs.perks import PerkClass, PerkPeriod
from programs.points.rules import CapCounts
from programs.referral.rules import Suspicion
from programs.rounding import Rounding
from programs.service import ProgramState
from programs.stored_value.rules import SpendingOrder
from programs.tiered.rules import Downgrade, Reopening
from programs.versions import VersionState
from rewards.terms import RewardKind
from rewards.views import RedemptionState, RewardShops, VoucherSource, VoucherState
from schema.shared.declare import enum
from tenants.roles import PartnerScope

__all__ = [
    "CapCounts",
    "Clawback",
    "CounterOwner",
    "Downgrade",
    "ExplanationCode",
    "FindingSeverity",
    "LineKind",
    "Otherwise",
    "PartnerScope",
    "Period",
    "PerkClass",
    "PerkPeriod",
    "PlanPeriod",
    "PointsState",
    "ProgramKind",
    "ProgramState",
    "Recognition",
    "RedemptionState",
    "Reopening",
    "RewardKind",
    "RewardShops",
    "Rounding",
    "SpendingOrder",
    "Suspicion",
    "TenderKind",
    "VersionState",
    "VoucherSource",
    "VoucherState",
    "WhenSpent",
]


class ProgramKind(StrEnum):
    """The kinds of program."""

    PAID = "paid"
    GAME = "game"
    GIVING = "giving"
    POINTS = "points"
    CAMPAIGN = "campaign"
    COALITION = "coalition"
    REFERRAL = "referral"
    STORED_VALUE = "stored_value"
    TASKS = "tasks"
    TIERED = "tiered"


class PointsState(StrEnum):
    """Whether points can be spent."""

    PENDING = "pending"
    AVAILABLE = "available"


enum(LineKind, {
    "PRODUCT": "Goods or services.",
    "SHIPPING": "Delivery.",
    "GIFT_CARD": "A gift card that is bought.",
    "TOP_UP": "Money put onto a stored-value account.",
    "DONATION": "A donation.",
    "REWARD": "Something that was had for points.",
}, description="What a line of an order is; by default only products earn.")  # fmt: skip

enum(TenderKind, {
    "POINTS": "Points.",
    "STORED_VALUE": "A stored-value account.",
    "GIFT_CARD": "A gift card.",
    "CARD": "A credit or debit card.",
    "OTHER": "Anything else.",
}, description="What a part of an order was paid with. Payment is never a discount.")  # fmt: skip

enum(CounterOwner, {
    "MEMBER": "Each member on their own.",
    "PROGRAM": "All members of the program together.",
}, name="CapOwner", description="Whom a cap counts for.")  # fmt: skip

enum(CapCounts, {
    "POINTS": "Points given.",
    "TIMES": "Activities that got some.",
}, description="What a cap counts.")  # fmt: skip

enum(Period, {
    "DAY": "A local day.",
    "WEEK": "An ISO week, from Monday.",
    "MONTH": "A calendar month.",
    "YEAR": "A calendar year.",
    "LIFETIME": "For ever.",
}, name="CapPeriod", description="How long a cap counts before it starts again, in the tenant's zone.")  # fmt: skip

enum(PerkClass, {
    "ADDS_VALUE": "It makes what they get worth more.",
    "LOWERS_COST": "It makes what they pay less.",
}, description="What a perk does for a member.")  # fmt: skip

enum(PerkPeriod, {
    "DAY": "A local day.",
    "WEEK": "An ISO week, from Monday.",
    "MONTH": "A calendar month.",
    "YEAR": "A calendar year.",
    "LIFETIME": "For ever.",
    "TERM": "The time for which the tier or plan that brings it is had; then it starts again.",
}, description="How long a perk's limit counts before it starts again, in the tenant's zone.")  # fmt: skip

enum(Clawback, {
    "CLAMP": "Stop at zero and remember the rest; points that come back later pay it first.",
    "NEGATIVE": "Go below zero; new earnings pay it first.",
}, description="What a refund does when the points are spent already.")  # fmt: skip

enum(Rounding, {
    "FLOOR": "Down.",
    "HALF_UP": "To the nearest, halves up.",
    "HALF_EVEN": "To the nearest, halves to the even neighbour.",
}, description="How fractions of points become whole: once, at the end.")  # fmt: skip

enum(PlanPeriod, {
    "ONCE": "Once, for life.",
    "MONTH": "By the month.",
    "YEAR": "By the year.",
}, name="PlanPeriod", description="How long what was paid for a plan lasts.")  # fmt: skip

enum(Otherwise, {
    "NONE": "Nothing.",
    "PRORATED": "The share of the days that are left.",
}, name="PlanRefundOtherwise", description="What who cannot have all back gets back.")  # fmt: skip
enum(FreeEvery, {
    "DAY": "Each local day.",
    "WEEK": "Each ISO week, in the tenant's zone.",
}, name="GameFreeEvery", description="How often plays are free.")  # fmt: skip

enum(Every, {
    "ONCE": "Once, when the game ends.",
    "DAY": "At the end of each local day.",
    "WEEK": "At the end of each ISO week, in the tenant's zone.",
    "MONTH": "At the end of each calendar month.",
}, name="GameEvery", description="How often a draw is drawn or a leaderboard closed.")  # fmt: skip

enum(Downgrade, {
    "TO_MET": "To the tier that is met.",
    "ONE_STEP": "One tier down, or to the one that is met if that is higher.",
    "NEVER": "Nowhere: a tier is never lost.",
}, name="TierDowngrade", description="Where a member goes who does not keep a tier.")  # fmt: skip

enum(WhenSpent, {
    "STOP": "It stops, until some come back.",
    "END": "It has ended, whatever comes back.",
}, name="CampaignWhenSpent", description="What happens when a campaign's budget is used up.")  # fmt: skip

enum(Suspicion, {
    "REVIEW": "Staff decide.",
    "REJECT": "It is rejected.",
}, name="ReferralSuspicion", description="What becomes of a referral if both sides look like one person.")  # fmt: skip

enum(Reopening, {
    "WITH_ACTIVITY": "The next thing that the member does.",
    "BY_STAFF": "Staff, by setting a tier.",
}, name="TierReopening", description="What wakes a tier that rests.")  # fmt: skip

enum(Recognition, {
    "ISSUANCE": "As soon as they are issued.",
    "REDEMPTION": "Once they are spent; if they never are, nothing.",
}, description="When the issuer of points owes their price.")  # fmt: skip
enum(SpendingOrder, {
    "BONUS_FIRST": "The bonus, then money.",
    "MONEY_FIRST": "Money, then the bonus.",
    "SOONEST_EXPIRING": "Whatever ends soonest, of both.",
}, description="What pays first of a balance; within money and bonus always what ends soonest.")  # fmt: skip

enum(ExplanationCode, {
    "NO_PROGRAM": "The line of business has no program.",
    "PROGRAM_NOT_LIVE": "The program did not count then.",
    "NOT_ELIGIBLE": "A rule's condition did not hold.",
    "BASE": "A rule gave points.",
    "MULTIPLIER": "A rule multiplied them.",
    "BONUS": "A rule added a fixed bonus.",
    "CAP": "A cap limited them.",
    "ROUNDING": "A fraction was rounded.",
    "PENDING": "The points wait before they can be spent.",
    "EXPIRY": "When the points end.",
    "NOTHING_EARNED": "Nothing was earned.",
    "PARKED": "It waits for the order that it corrects.",
    "HELD": "It is more than the member may do at once, and waits for a person.",
    "TAKEN_BACK": "A return took points back that the order had earned.",
    "GIVEN_BACK": "A return gave points back that were spent on the order.",
    "SHORTFALL": "Points to take back were spent already, and the rest is remembered.",
    "NOTHING_TO_REVERSE": "There was nothing to take back.",
    "MATURED": "Points that waited can be spent.",
    "TOP_UP": "A line of the order put money on the balance.",
    "TOP_UP_BONUS": "A bonus came on top of it.",
    "PLAYED": "A play was drawn.",
    "PRIZE_REPLACED": "The prize that was drawn is used up: it becomes another.",
    "PRIZE": "What the play won in the end.",
    "REFERRAL": "A friend's code was used, or could not be.",
    "TIER": "The member came into another tier, or keeps theirs for another time.",
    "TASK": "How far a task of the member is, or that it was done or undone.",
    "REWARD": "A rule gave a reward of the catalogue.",
    "CONVERTED": "Points turned themselves into a gift.",
    "CONVERSION_UNDONE": "That was undone, since they are needed back.",
}, description="What kind of step an explanation line tells of.")  # fmt: skip

enum(FindingSeverity, {
    "ERROR": "The rules cannot be published with it.",
    "WARNING": "It is to be confirmed when the rules are published.",
}, name="FindingSeverity", description="What a finding means for publishing.")  # fmt: skip
enum(ProgramKind, {
    "PAID": "Plans that are paid for, and passes.",
    "GIVING": "Points that members give to causes.",
    "POINTS": "Points for purchases and other activities.",
    "CAMPAIGN": "For a while, points are multiplied or added, or a reward is given.",
    "COALITION": "One currency that many partner brands share.",
    "REFERRAL": "Members invite friends, and both are rewarded.",
    "STORED_VALUE": "Money put on a balance and paid with; gift cards.",
    "GAME": "A wheel, a scratch card, a prize draw or a leaderboard.",
    "TASKS": "Quests, streaks, milestones, and tasks that are claimed, triggered or assigned.",
    "TIERED": "Tiers that are reached, kept and lost.",
})  # fmt: skip
enum(ProgramState, {
    "DRAFT": "Never published yet.",
    "LIVE": "It counts.",
    "PAUSED": "It does not count for now; points stay and can be spent.",
    "ARCHIVED": "It has ended; points stay and can be spent.",
})  # fmt: skip
enum(VersionState, {
    "DRAFT": "Can still be changed.",
    "SCHEDULED": "Published; goes live at `liveFrom`.",
    "LIVE": "Activities are decided by it.",
    "RETIRED": "Was live; activities that happened then are decided by it.",
})  # fmt: skip
enum(PointsState, {"PENDING": "They wait.", "AVAILABLE": "They can be spent."})
enum(RedemptionState, {
    "RESERVED": "The points are held.",
    "CONFIRMED": "The points are spent.",
    "CANCELLED": "The points were let go.",
    "EXPIRED": "Nobody confirmed in time; the points were let go.",
})  # fmt: skip
enum(RewardKind, {
    "AMOUNT_OFF": "An amount off the order.",
    "PERCENT_OFF": "A percentage off the order.",
    "FREE_PRODUCT": "A product for nothing.",
    "FREE_SHIPPING": "Delivery for nothing.",
    "GIFT_CARD": "A gift card.",
    "STORE_CREDIT": "Credit at the shop.",
    "DONATION": "Money that the merchant gives to a cause.",
    "EXPERIENCE": "Something to take part in.",
    "PARTNER_REWARD": "Something that a partner gives.",
    "POINTS_AND_CASH": "A product for points and money.",
    "TIER_RAISE": "A tier for a time.",
})  # fmt: skip
enum(RewardShops, {
    "OWN": "In the operator's own.",
    "PARTNERS": "In those of partners that share its unit.",
    "BOTH": "In all of these.",
}, description="In whose shops a reward is redeemed.")  # fmt: skip

enum(VoucherSource, {
    "NONE": "It has no codes.",
    "GENERATED": "Made when needed.",
    "UPLOADED": "Taken from the codes that were imported.",
})  # fmt: skip
enum(VoucherState, {
    "AVAILABLE": "In the pool.",
    "RESERVED": "Set aside for a redemption under way.",
    "ISSUED": "Given to a member.",
    "USED": "Taken by the shop.",
    "VOID": "Worth nothing any more.",
})  # fmt: skip

enum(PartnerScope, {
    "READ": "See the partner's terms, and its linked members as far as they consented.",
    "EARN": "Link members, and record what they do.",
    "BURN": "Let them spend points.",
    "SETTLE": "See what is cleared and settled, and how webhooks fare; with `READ`: say where they go.",
}, description="What a partner's key may do.")  # fmt: skip
