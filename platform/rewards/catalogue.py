"""The catalogue: rewards made, changed, archived and listed. An archived reward stays for what was reserved before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import orjson
from tortoise.exceptions import IntegrityError

from kit import db
from kit.errors import Refusal
from kit.ids import is_id, new_id
from kit.setbased import Columns, Insert
from ledger.models import Unit
from rewards.errors import RewardErrorCode, reward_not_found
from rewards.inputs import RewardInput, check
from rewards.models import Reward, RewardPartner
from rewards.terms import to_json
from rewards.views import PAGE_MAX, PartnerShop, RewardId, RewardView, reward_columns, reward_view
from tenants import audit, scope

FORMAT = 1


async def upsert(given: RewardInput) -> RewardView:
    """Make the reward of this slug, or change the one that there is; two at once make one.

    An archived reward can be changed and stays archived. Redemptions keep the price and terms they were reserved with.
    Raises `Refusal`: INVALID, OUT_OF_RANGE, TOO_MANY (each with its field), NOT_FOUND (also for an
    `id`), TAKEN (another reward has the slug).
    """
    check(given)
    try:
        async with scope.writing():
            if not await Unit.filter(id=given.unit_id).exists():
                raise Refusal(RewardErrorCode.NOT_FOUND, "There is no such unit.", ("unit",))
            id_ = await _write(given)
            await _name_partners(id_, given.partners)
            await audit.record("reward.upserted", f"reward:{id_}", {"slug": given.slug})
            return await get(id_)
    except IntegrityError as error:
        raise Refusal(RewardErrorCode.TAKEN, "Another reward has this slug.", ("slug",)) from error


async def archive(reward: RewardId) -> RewardView:
    """Offer a reward no longer; doing it again changes nothing. Raises `Refusal` NOT_FOUND."""
    if not is_id(reward):
        raise reward_not_found("id")
    async with scope.writing():
        if await db.execute(_ARCHIVE, scope.tenant_id(), reward, scope.now()):
            await audit.record("reward.archived", f"reward:{reward}")
        return await get(reward)


async def get(reward: RewardId) -> RewardView:
    """The reward of this id, archived ones too. Raises `Refusal` NOT_FOUND."""
    found = await get_many([reward])
    if not found:
        raise reward_not_found("id")
    return found[reward]


async def get_many(rewards: list[RewardId]) -> dict[RewardId, RewardView]:
    """The rewards of these ids that this tenant has; others are missing from the answer."""
    ids = [(id_,) for id_ in rewards if is_id(id_)]
    async with scope.reading():
        sql = _GET.format(columns=reward_columns("r"), ids=_IDS.source(2))
        found = await db.rows(sql, scope.tenant_id(), _IDS.payload(ids)) if ids else []
    return {row["id"]: reward_view(row) for row in found}


async def by_slug(slug: str) -> RewardView:
    """The reward of this slug, archived ones too. Raises `Refusal` NOT_FOUND."""
    async with scope.reading():
        found = await db.rows(_BY_SLUG.format(columns=reward_columns("r")), scope.tenant_id(), slug)
    if not found:
        raise reward_not_found("slug")
    return reward_view(found[0])


async def slugs() -> frozenset[str]:
    """The slugs of all rewards that are still offered."""
    async with scope.reading():
        found = await db.rows("SELECT slug FROM reward WHERE tenant_id = $1 AND archived_at IS NULL", scope.tenant_id())
    return frozenset(row["slug"] for row in found)


async def list_(
    *, include_archived: bool = False, after: RewardId | None = None, first: int = 50
) -> list[RewardView]:  # fmt: skip
    """The catalogue by position, then age: `first` rewards beyond the reward `after`. At most 101."""
    return await _page("" if include_archived else "AND archived_at IS NULL", (), after, first)


async def offered(*, after: RewardId | None = None, first: int = 50) -> list[RewardView]:
    """Likewise, only those whose time it is, for whomever and wherever."""
    return await _page(_OFFERED, (scope.now(),), after, first)


async def offered_in(shop: PartnerShop, *, after: RewardId | None = None, first: int = 50) -> list[RewardView]:
    """Likewise, only those that are redeemed in this partner's shop."""
    return await _page(_OFFERED + _IN_SHOP, (scope.now(), shop.unit_id, shop.partner_id), after, first)


# -- writing -----------------------------------------------------------------------------------------------------------


async def _write(given: RewardInput) -> RewardId:
    values = {
        "slug": given.slug, "name": given.name.strip(), "description": given.description,
        "kind": str(given.terms.KIND), "unit_id": given.unit_id, "points": given.points, "terms": to_json(given.terms),
        "audience": _audience(given), "stock": given.stock, "limit_per_member": given.limit_per_member,
        "voucher_source": str(given.voucher_source), "image_url": given.image_url, "position": given.position,
        "starts_at": given.starts_at, "ends_at": given.ends_at, "shops": str(given.shops),
    }  # fmt: skip
    if given.id is None:
        values |= {"tenant_id": scope.tenant_id(), "id": new_id(), "created_at": scope.now()}
        (row,) = await db.rows(_upsert(tuple(values)), *values.values())
        return RewardId(row["id"])
    if not is_id(given.id) or not await Reward.filter(id=given.id).update(**values):
        raise reward_not_found("id")
    return given.id


async def _name_partners(reward: RewardId, partners: Iterable[str]) -> None:
    """Have these partners and no others redeem the reward, whose row is locked."""
    await RewardPartner.filter(reward_id=reward).delete()
    rows = [(scope.tenant_id(), new_id(), reward, partner) for partner in sorted(set(partners))]
    assert await _REDEEMED_WITH(rows) == len(rows), "a partner was named by somebody else"


def _audience(given: RewardInput) -> str:
    return orjson.dumps({"format": FORMAT, "tiers": given.tiers, "segments": given.segments}).decode()


@cache
def _upsert(names: tuple[str, ...]) -> str:
    places = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in _KEPT)
    return (
        f"INSERT INTO reward ({', '.join(names)}) VALUES ({places}) "
        f"ON CONFLICT (tenant_id, slug) DO UPDATE SET {changes} RETURNING id"
    )


_REDEEMED_WITH = Insert("reward_partner", tenant_id="uuid", id="uuid", reward_id="uuid", partner_id="uuid")
_KEPT = ("tenant_id", "id", "slug", "created_at")
_ARCHIVE = "UPDATE reward SET archived_at = $3 WHERE tenant_id = $1 AND id = $2 AND archived_at IS NULL"

# -- reading -----------------------------------------------------------------------------------------------------------


async def _page(which: str, params: Sequence[object], after: RewardId | None, first: int) -> list[RewardView]:
    if after is not None and not is_id(after):
        return []
    given: list[object] = [scope.tenant_id(), max(0, min(first, PAGE_MAX)), *params]
    beyond = ""
    if after is not None:
        given.append(after)
        beyond = f"AND (position, id) > (SELECT position, id FROM reward WHERE tenant_id = $1 AND id = ${len(given)})"
    async with scope.reading():
        found = await db.rows(_LIST.format(columns=reward_columns("reward"), which=which, beyond=beyond), *given)
    return [reward_view(row) for row in found]


_IDS = Columns(id="uuid")

_GET = "SELECT {columns} FROM {ids} AS x JOIN reward r ON r.tenant_id = $1 AND r.id = x.id"

_BY_SLUG = "SELECT {columns} FROM reward r WHERE r.tenant_id = $1 AND r.slug = $2"

_LIST = "SELECT {columns} FROM reward WHERE tenant_id = $1 {which} {beyond} ORDER BY position, id LIMIT $2"

_OFFERED = """AND archived_at IS NULL AND (starts_at IS NULL OR starts_at <= $3)
    AND (ends_at IS NULL OR ends_at > $3)"""

_IN_SHOP = """ AND shops <> 'own' AND unit_id = $4 AND (
    NOT EXISTS (SELECT 1 FROM reward_partner p WHERE p.tenant_id = $1 AND p.reward_id = reward.id)
    OR EXISTS (SELECT 1 FROM reward_partner p
        WHERE p.tenant_id = $1 AND p.reward_id = reward.id AND p.partner_id = $5))"""
