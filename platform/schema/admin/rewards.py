"""Mutations on rewards and their codes."""

from __future__ import annotations

from datetime import datetime

import strawberry

from kit.errors import Refusal
from ledger.state import UnitId
from programs import units
from programs.coalition import offering
from rewards import catalogue, vouchers
from rewards.inputs import RewardInput
from rewards.views import RewardId
from schema.admin.codes import RewardArchiveErrorCode, RewardUpsertErrorCode, VouchersImportErrorCode
from schema.admin.types.rewards import Reward, show_reward
from schema.cost import per_item
from schema.shared.context import Info
from schema.shared.declare import field, input_, output
from schema.shared.enums import RewardShops, VoucherSource
from schema.shared.errors import UserError, mutation
from schema.shared.ids import REWARD
from schema.shared.rewards import RewardTermsInput, read_terms
from schema.shared.scalars import BigInt
from tenants.roles import Action


@input_
class RewardUpsertInput:
    """A reward as it is to be, by its slug: made if there is none, changed if there is."""

    slug: str = field(description="1–64 of a–z 0–9 _ -; it stays.")
    name: str = field(description="Its name, as members read it: 1–200 characters.")
    description: str = field(default="", description="What it is, as members read it, up to 2,000 characters.")
    unit: str = field(description="What it is paid in, by the unit's slug.")
    points: BigInt = field(description="Its price, at least 1.")
    terms: RewardTermsInput = field(description="What it gives.")
    tiers: list[str] = field(default_factory=list, description="Tiers whose members may have it; none: all.")
    segments: list[str] = field(default_factory=list, description="Segments whose members may have it; none: all.")
    stock: BigInt | None = field(default=None, description="How many there are in all; null: any number.")
    limit_per_member: int | None = field(default=None, description="How many a member may have; null: any number.")
    voucher_source: VoucherSource = field(default=VoucherSource.GENERATED, description="Where its codes come from.")
    image_url: str | None = field(default=None, description="Its picture, an https address.")
    position: int = field(default=0, description="Its place in the catalogue, the lowest first.")
    starts_at: datetime | None = field(default=None, description="From when on it can be had.")
    ends_at: datetime | None = field(default=None, description="Until when, not included.")
    shops: RewardShops = field(default=RewardShops.OWN, description="In whose shops it is redeemed.")
    partners: list[str] = field(
        default_factory=list,
        description="With which partners, by their slugs, if in partners' shops; none: all that share its unit.",
    )


@output
class RewardUpsertPayload:
    """The reward."""

    reward: Reward | None = field(default=None, description="The reward.")
    user_errors: list[UserError[RewardUpsertErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class RewardArchiveInput:
    """A reward that is no longer offered; what members have of it stays."""

    id: strawberry.ID = field(description="The reward.")


@output
class RewardArchivePayload:
    """The reward."""

    reward: Reward | None = field(default=None, description="The reward.")
    user_errors: list[UserError[RewardArchiveErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class VouchersImportInput:
    """Codes for a reward's pool."""

    reward_id: strawberry.ID = field(description="The reward; its codes come from a pool.")
    codes: list[str] = field(description="1–1,000 codes, each 1–128 characters.")
    expires_at: datetime | None = field(default=None, description="Until when they can be used.")


@output
class VouchersImportPayload:
    """What became of the codes."""

    reward: Reward | None = field(default=None, description="The reward with its codes.")
    imported: int = field(default=0, description="How many are new.")
    known: list[str] = field(default_factory=list, description="Codes that were there before, and were left alone.")
    user_errors: list[UserError[VouchersImportErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class RewardMutations:
    """Mutations on rewards."""

    @mutation(RewardUpsertPayload, RewardUpsertErrorCode, "Make or change a reward.", needs=Action.WRITE_REWARDS)
    async def reward_upsert(self, info: Info, input: RewardUpsertInput) -> RewardUpsertPayload:
        unit = await units.get(input.unit)
        partners = await offering.partners_for(UnitId(unit.id), input.shops, input.partners)
        made = await catalogue.upsert(
            RewardInput(
                slug=input.slug, name=input.name, unit_id=unit.id, points=input.points, terms=read_terms(input.terms),
                description=input.description, tiers=tuple(input.tiers), segments=tuple(input.segments),
                stock=input.stock, limit_per_member=input.limit_per_member, voucher_source=input.voucher_source,
                image_url=input.image_url, position=input.position, starts_at=input.starts_at, ends_at=input.ends_at,
                shops=input.shops, partners=partners,
            )
        )  # fmt: skip
        return RewardUpsertPayload(reward=await show_reward(info, made))

    @mutation(RewardArchivePayload, RewardArchiveErrorCode, "No longer offer a reward.", needs=Action.WRITE_REWARDS)
    async def reward_archive(self, info: Info, input: RewardArchiveInput) -> RewardArchivePayload:
        archived = await catalogue.archive(RewardId(REWARD.read(input.id, "id")))
        return RewardArchivePayload(reward=await show_reward(info, archived))

    @mutation(
        VouchersImportPayload,
        VouchersImportErrorCode,
        "Add codes to a reward's pool.",
        per_item("input", "codes"),
        needs=Action.WRITE_REWARDS,
        paths={"lines": ["codes"], "reward": ["rewardId"], "id": ["rewardId"]},
    )
    async def vouchers_import(self, info: Info, input: VouchersImportInput) -> VouchersImportPayload:
        reward = RewardId(REWARD.read(input.reward_id, "reward_id"))
        report = await vouchers.import_codes(reward, input.codes, expires_at=input.expires_at)
        if report.problems:
            first = report.problems[0]
            raise Refusal("INVALID", first.message, ("codes", str(first.line - 1)))
        return VouchersImportPayload(
            reward=await show_reward(info, await catalogue.get(reward)), imported=report.imported,
            known=[duplicate.code for duplicate in report.duplicates],
        )  # fmt: skip
