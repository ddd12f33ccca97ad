"""A merchant who runs a coalition, and its partners with their keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from events.models import Delivery, Event
from kit import clock
from kit.ids import decode, encode, new_id
from programs.coalition import partners
from programs.decision import ProgramId
from tenants import scope
from tenants.scope import TenantId
from tests.schema.served import CREATE, MEMBER, Api, Shop, points_program
from web.main import PARTNER

TERMS = {"currency": "EUR", "issue_price": 10_000, "reimbursement_price": 8_000}
LINK = """mutation ($input: MemberLinkInput!) {
  memberLink(input: $input) { member { id customerId consent name balance { available } } userErrors { code field } }
}"""
PUBLISH_PERK = """mutation ($id: ID!) {
  programPublish(input: {id: $id, confirm: ["unknown_perk"]}) { userErrors { code message } }
}"""
"""Its offer's perk comes later, if at all."""
ALL_CONSENT = ["BALANCE", "TIER", "HISTORY", "PROFILE_NAME"]


@dataclass(frozen=True)
class Brand:
    """A partner: its id, and its API by a key with all scopes."""

    shop: Shop
    id: str
    api: Api

    async def link(
        self, customer: str, external_id: str = "c-1", consent: Sequence[str] = ALL_CONSENT
    ) -> dict[str, Any]:
        """Link a member by a code that they make."""
        code = await code_of(self.shop, external_id, consent)
        given = {"idempotencyKey": f"link {code}", "member": {"code": code}, "customerId": customer}
        found: dict[str, Any] = (await self.api.do(LINK, input=given))["member"]
        return found


async def coalition(shop: Shop, *slugs: str) -> list[Brand]:
    """A points program whose unit partners share, a member `c-1`, and partners of these slugs."""
    await points_program(shop.admin)
    multipliers = [{"partner": slug, "factor": "2"} for slug in slugs]
    rates = [{"partner": slug, "ownPoints": 2, "points": 1} for slug in slugs]
    rest = {"id": "rest", "name": "A rest", "perk": "lounge", "offeredBy": slugs[0], "price": 5_000_000}
    rules = {"coalition": {"unit": "points", "multipliers": multipliers, "conversions": rates, "offers": [rest]}}
    made = await shop.admin.do(CREATE, input={"slug": "friends-of", "name": "Friends", "rules": rules})
    brands = [await brand(shop, made["program"]["id"], slug) for slug in slugs]
    await shop.admin.do(PUBLISH_PERK, id=made["program"]["id"])
    await shop.admin.do(MEMBER, input={"externalId": "c-1", "name": "Ada"})
    return brands


async def brand(shop: Shop, program: str, slug: str) -> Brand:
    """One more partner, on simple terms."""
    with scope.of(tenant_of(shop)):
        view = await partners.create(ProgramId(decode("prg", program)), slug, slug.title())
        await partners.save_terms(view.id, TERMS)
    id_ = encode("prt", view.id)
    return Brand(shop, id_, by_key(shop, await key_of(shop, id_, ["READ", "EARN", "BURN", "SETTLE"])))


async def key_of(shop: Shop, partner: str, scopes: Sequence[str]) -> str:
    """A partner's new key."""
    made = await shop.admin.do(
        "mutation ($input: PartnerKeyCreateInput!) { partnerKeyCreate(input: $input) { key { id partnerId scopes hint }"
        " secret userErrors { code field } } }", input={"partner": partner, "name": "Till", "scopes": list(scopes)},
    )  # fmt: skip
    assert (made["key"]["partnerId"], made["key"]["scopes"]) == (partner, list(scopes))
    found: str = made["secret"]
    return found


async def failed_delivery(brand: Brand) -> str:
    """An event on its way to a partner that has failed."""
    with scope.of(tenant_of(brand.shop)):
        async with scope.writing():
            partner, now = decode("prt", brand.id), clock.now()
            event = await Event.create(
                kind="partner.block_low", subject="-", body="{}", recorded_at=now, partner_id=partner
            )
            row = await Delivery.create(
                event_id=event.id, endpoint_id=new_id(), state="failed", attempt=3, recorded_at=now, due_at=now,
                status=500, error="the endpoint answered 500", closed_at=now, partner_id=partner,
            )  # fmt: skip
    return encode("del", row.id)


def by_key(shop: Shop, key: str) -> Api:
    """The partner endpoint, asked with this key."""
    return Api(shop.client, PARTNER, {"authorization": f"Bearer {key}"})


def tenant_of(shop: Shop) -> TenantId:
    """The merchant's tenant."""
    return TenantId(decode("ten", shop.session["tenant"]["id"]))


async def code_of(shop: Shop, external_id: str, consent: Sequence[str] = ALL_CONSENT) -> str:
    """A one-time code that a member makes in the shop."""
    token = await token_of(shop, external_id)
    made = await shop.storefront(token).do(
        "mutation ($input: CoalitionLinkCodeCreateInput!) { coalitionLinkCodeCreate(input: $input)"
        " { code expiresAt userErrors { code field } } }", input={"consent": list(consent)},
    )  # fmt: skip
    found: str = made["code"]
    return found


async def token_of(shop: Shop, external_id: str) -> str:
    """A customer token of a member."""
    made = await shop.admin.do(
        "mutation ($id: String!) { customerTokenCreate(input: {member: {externalId: $id}})"
        " { token userErrors { code } } }", id=external_id,
    )  # fmt: skip
    found: str = made["token"]
    return found
