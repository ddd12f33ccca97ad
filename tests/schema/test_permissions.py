"""Who may do what, field by field: every root of the admin schema as every role."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from graphql import GraphQLField, GraphQLNonNull, get_named_type, is_input_object_type, is_leaf_type, is_list_type

from schema.export import SCHEMAS
from schema.shared.declare import NEEDS
from tenants.roles import ACTIONS, Action, Role
from tests.schema.served import PASSWORD, Api, Shop

ADMIN = SCHEMAS["admin"]._schema
FREE = {"node", "nodes", "me"}  # `node` and `nodes` ask for the permission of each kind
ID = "mem_01h455vb4pex5vsknk084sn02q"

# By hand: what each operation needs, decided operation by operation.
EXPECTED = {
    "tenant": Action.READ_SETTINGS, "overview": Action.READ_LEDGER, "member": Action.READ_MEMBERS,
    "members": Action.READ_MEMBERS, "activity": Action.READ_LEDGER, "units": Action.READ_PROGRAMS,
    "programs": Action.READ_PROGRAMS, "program": Action.READ_PROGRAMS, "rewards": Action.READ_REWARDS,
    "reward": Action.READ_REWARDS, "redemptions": Action.READ_REDEMPTIONS,
    "redemption": Action.READ_REDEMPTIONS, "ledgerEntries": Action.READ_LEDGER,
    "payment": Action.READ_PAYMENTS, "payments": Action.READ_PAYMENTS, "giftCard": Action.READ_PAYMENTS,
    "giftCards": Action.READ_PAYMENTS,
    "storedValueLiability": Action.READ_LEDGER, "storedValueAuthorize": Action.WRITE_PAYMENTS,
    "storedValuePay": Action.WRITE_PAYMENTS, "storedValueCapture": Action.WRITE_PAYMENTS,
    "storedValueVoid": Action.WRITE_PAYMENTS, "storedValueRefund": Action.WRITE_PAYMENTS,
    "storedValueCredit": Action.ADJUST_POINTS, "giftCardIssue": Action.WRITE_GIFT_CARDS,
    "giftCardTransferToBalance": Action.WRITE_GIFT_CARDS, "giftCardReissue": Action.WRITE_GIFT_CARDS,
    "giftCardDisable": Action.WRITE_GIFT_CARDS,
    "campaigns": Action.READ_PROGRAMS,
    "causes": Action.READ_DONATIONS, "donations": Action.READ_DONATIONS, "donate": Action.WRITE_DONATIONS,
    "donationCancel": Action.WRITE_DONATIONS,
    "membershipPlans": Action.READ_PROGRAMS, "passesForSale": Action.READ_PROGRAMS,
    "membershipJoin": Action.WRITE_MEMBERSHIPS, "membershipCancel": Action.WRITE_MEMBERSHIPS,
    "membershipResume": Action.WRITE_MEMBERSHIPS, "membershipUpgrade": Action.WRITE_MEMBERSHIPS,
    "membershipPay": Action.WRITE_MEMBERSHIPS,
    "membershipGiveDays": Action.ADJUST_POINTS, "passBuy": Action.WRITE_MEMBERSHIPS,
    "paymentProvider": Action.READ_SETTINGS, "paymentProviderSet": Action.WRITE_SETTINGS,
    "passUse": Action.WRITE_MEMBERSHIPS, "passRefund": Action.WRITE_MEMBERSHIPS,
    "games": Action.READ_GAMES, "gamePlays": Action.READ_GAMES, "gameRounds": Action.READ_GAMES,
    "gameEntries": Action.READ_GAMES, "gameLeaderboard": Action.READ_GAMES, "gameSeeds": Action.READ_GAMES,
    "gameVerify": Action.READ_GAMES, "gamePlay": Action.WRITE_GAMES, "gameFreePlaysTake": Action.WRITE_GAMES,
    "gameSeedRotate": Action.PUBLISH_PROGRAMS,
    "referrals": Action.READ_MEMBERS,
    "referralClaim": Action.WRITE_MEMBERS, "referralReview": Action.ADJUST_POINTS,
    "partners": Action.READ_PARTNERS, "partner": Action.READ_PARTNERS, "clearingEntries": Action.READ_PARTNERS,
    "coalitionExposure": Action.READ_PARTNERS, "clearingTotals": Action.READ_PARTNERS,
    "partnerCreate": Action.WRITE_PARTNERS,
    "partnerRename": Action.WRITE_PARTNERS, "partnerFreeze": Action.WRITE_PARTNERS,
    "partnerUnfreeze": Action.WRITE_PARTNERS, "partnerLeave": Action.WRITE_PARTNERS,
    "partnerTermsSave": Action.WRITE_PARTNERS, "partnerAdjust": Action.WRITE_PARTNERS,
    "partnerBlockBuy": Action.WRITE_PARTNERS,
    "partnerInvite": Action.WRITE_PARTNERS, "partnerShopUnlink": Action.WRITE_PARTNERS,
    "participations": Action.READ_PARTNERS, "participation": Action.READ_PARTNERS,
    "coalitionInvitation": Action.JOIN_COALITIONS, "participationJoin": Action.JOIN_COALITIONS,
    "participationUpdate": Action.JOIN_COALITIONS, "participationEnd": Action.JOIN_COALITIONS,
    "settlements": Action.READ_PARTNERS, "settlement": Action.READ_PARTNERS, "settlementNetting": Action.READ_PARTNERS,
    "settlementApprove": Action.APPROVE_SETTLEMENTS, "settlementPay": Action.APPROVE_SETTLEMENTS,
    "quote": Action.READ_PROGRAMS, "keys": Action.READ_KEYS, "staff": Action.READ_STAFF,
    "staffInvitations": Action.READ_STAFF, "auditLog": Action.READ_AUDIT_LOG,
    "webhookEndpoint": Action.READ_SETTINGS, "customerTokenSecret": Action.WRITE_KEYS,
    "recordActivity": Action.RECORD_ACTIVITY, "recordActivities": Action.RECORD_ACTIVITY,
    "orderAmend": Action.RECORD_ACTIVITY, "memberUpsert": Action.WRITE_MEMBERS, "memberErase": Action.ERASE_MEMBERS,
    "memberExport": Action.EXPORT_MEMBERS,
    "memberMerge": Action.MERGE_MEMBERS, "unitUpsert": Action.WRITE_PROGRAMS, "pointsAdjust": Action.ADJUST_POINTS,
    "memberTierSet": Action.ADJUST_POINTS, "tierThresholdSuggestion": Action.READ_PROGRAMS,
    "perkUse": Action.WRITE_REDEMPTIONS,
    "pointsTransfer": Action.ADJUST_POINTS,
    "activityLimits": Action.READ_SETTINGS, "activityReviews": Action.READ_LEDGER,
    "activityLimitsSet": Action.WRITE_SETTINGS, "activityReview": Action.ADJUST_POINTS,
    "perkUseCancel": Action.WRITE_REDEMPTIONS, "taskClaim": Action.ADJUST_POINTS, "taskAssign": Action.ADJUST_POINTS,
    "taskWithdraw": Action.ADJUST_POINTS,
    "programCreate": Action.WRITE_PROGRAMS, "programSaveDraft": Action.WRITE_PROGRAMS,
    "programValidate": Action.READ_PROGRAMS, "programPublish": Action.PUBLISH_PROGRAMS,
    "programRollback": Action.PUBLISH_PROGRAMS, "programPause": Action.PUBLISH_PROGRAMS,
    "programResume": Action.PUBLISH_PROGRAMS, "programArchive": Action.PUBLISH_PROGRAMS,
    "programReplay": Action.WRITE_PROGRAMS, "programReplayCancel": Action.WRITE_PROGRAMS,
    "replay": Action.READ_PROGRAMS, "replays": Action.READ_PROGRAMS, "tierMembers": Action.READ_MEMBERS,
    "memberships": Action.READ_MEMBERSHIPS, "taskMembers": Action.READ_MEMBERS, "programCheck": Action.READ_PROGRAMS,
    "programTemplates": Action.READ_PROGRAMS,
    "programCopy": Action.WRITE_PROGRAMS, "rewardUpsert": Action.WRITE_REWARDS, "rewardArchive": Action.WRITE_REWARDS,
    "vouchersImport": Action.WRITE_REWARDS, "redemptionReserve": Action.WRITE_REDEMPTIONS,
    "redemptionConfirm": Action.WRITE_REDEMPTIONS, "redemptionCancel": Action.WRITE_REDEMPTIONS,
    "voucherUse": Action.WRITE_REDEMPTIONS,
    "customerTokenCreate": Action.CREATE_CUSTOMER_TOKENS, "keyCreate": Action.WRITE_KEYS,
    "partnerActivities": Action.READ_PARTNERS, "partnerRedemptions": Action.READ_REDEMPTIONS,
    "partnerConversions": Action.READ_PARTNERS, "partnerOfferUses": Action.READ_PARTNERS,
    "partnerKeyCreate": Action.WRITE_KEYS, "keyUses": Action.READ_AUDIT_LOG,
    "keyRotate": Action.WRITE_KEYS, "keyRevoke": Action.WRITE_KEYS, "staffInvite": Action.WRITE_STAFF,
    "staffRoleChange": Action.WRITE_STAFF, "staffRemove": Action.WRITE_STAFF, "tenantUpdate": Action.WRITE_SETTINGS,
    "sandboxClockAdvance": Action.ADVANCE_SANDBOX_CLOCK, "webhookEndpointSet": Action.WRITE_SETTINGS,
    "webhookEndpointTry": Action.WRITE_SETTINGS, "partnerWebhookDisable": Action.WRITE_PARTNERS,
    "partnerWebhookEnable": Action.WRITE_PARTNERS, "partnerWebhookRemove": Action.WRITE_PARTNERS,
    "webhookDeliveries": Action.READ_SETTINGS, "webhookDeliveryResend": Action.WRITE_SETTINGS,
}  # fmt: skip


def _roots() -> dict[str, tuple[str, GraphQLField]]:
    assert ADMIN.query_type is not None
    assert ADMIN.mutation_type is not None
    queries = {name: ("query", field) for name, field in ADMIN.query_type.fields.items()}
    return queries | {name: ("mutation", field) for name, field in ADMIN.mutation_type.fields.items()}


def test_every_operation_needs_what_was_decided_for_it() -> None:
    declared = {
        name: field.extensions["strawberry-definition"].metadata[NEEDS] for name, (_, field) in _roots().items()
    }
    assert declared == EXPECTED | dict.fromkeys(FREE)


@pytest.mark.slow
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
async def test_a_role_may_do_what_its_table_says_and_no_more(shop: Shop, role: Role) -> None:
    made = await shop.admin.do(
        "mutation ($role: Role!) { keyCreate(input: {kind: SECRET, name: \"walk\", role: $role}) { secret userErrors"
        " { code } } }", role=role.name,
    )  # fmt: skip
    api = shop.admin_by(made["secret"])
    for name, (operation, field) in _roots().items():
        forbidden = "FORBIDDEN" in await _codes(api, operation, name, field)
        allowed = name in FREE or EXPECTED[name] in ACTIONS[role]
        assert forbidden is not allowed, f"{name} as {role}"


@pytest.mark.slow
async def test_an_owner_may_do_everything(shop: Shop, served: httpx.AsyncClient) -> None:
    signed = await served.post("/auth/sign-in", json={"email": "owner@records.example", "password": PASSWORD})
    api = Api(served, "/graphql/admin", {"cookie": f"guerdon={signed.cookies['guerdon']}"})
    for name, (operation, field) in _roots().items():
        assert "FORBIDDEN" not in await _codes(api, operation, name, field), name


async def test_fields_of_a_member_need_their_own_permission() -> None:
    member: Any = ADMIN.type_map["Member"]
    declared = {
        name: field.extensions["strawberry-definition"].metadata[NEEDS]
        for name, field in member.fields.items()
        if field.args
    }
    assert declared == {
        "balances": Action.READ_LEDGER, "timeline": Action.READ_LEDGER, "entries": Action.READ_LEDGER,
        "redemptions": Action.READ_REDEMPTIONS, "perkUses": Action.READ_REDEMPTIONS, "tiers": Action.READ_MEMBERS,
        "charges": Action.READ_MEMBERSHIPS,
    }  # fmt: skip


@pytest.mark.parametrize("query", ["{ node(id: \"key_01h455vb4pex5vsknk084sn02q\") { id } }",
                                   "{ node(id: \"aud_01h455vb4pex5vsknk084sn02q\") { id } }"])  # fmt: skip
async def test_a_node_needs_the_permission_of_its_kind(shop: Shop, query: str) -> None:
    made = await shop.admin.do(
        'mutation { keyCreate(input: {kind: SECRET, name: "a", role: ANALYST}) { secret userErrors { code } } }'
    )
    refused = await shop.admin_by(made["secret"]).answer(query)
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["FORBIDDEN"]
    assert await shop.admin.ask(query) == {"node": None}


async def test_keys_of_one_endpoint_are_nobody_on_the_other(shop: Shop) -> None:
    publishable = shop.admin_by(shop.keys["publishableKey"])
    assert await _top(publishable, "{ me { email } }") == ["UNAUTHENTICATED"]
    secret = Api(shop.client, "/graphql/storefront", {"x-guerdon-key": shop.keys["secretKey"]})
    assert await _top(secret, "{ me { name } }") == ["UNAUTHENTICATED"]
    assert await _top(Api(shop.client, "/graphql/admin", {}), "{ me { email } }") == ["UNAUTHENTICATED"]


async def test_a_token_that_is_wrong_is_no_guests(shop: Shop) -> None:
    assert await _top(shop.storefront("nonsense"), "{ me { name } }") == ["UNAUTHENTICATED"]


async def _top(api: Api, query: str) -> list[str]:
    return [error["extensions"]["code"] for error in (await api.answer(query)).get("errors", [])]


async def _codes(api: Api, operation: str, name: str, field: GraphQLField) -> list[str]:
    """What the operation answers at the top when asked with the least that its arguments take."""
    arguments = {arg: _least(found.type) for arg, found in field.args.items() if isinstance(found.type, GraphQLNonNull)}
    given = ", ".join(f"{arg}: {value}" for arg, value in arguments.items())
    selection = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    return await _top(api, f"{operation} {{ {name}{f'({given})' if given else ''}{selection} }}")


def _least(type_: Any) -> str:
    """A literal that fits a type, with nothing in it that may be left out."""
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if is_list_type(inner):
        return "[]"
    if is_input_object_type(inner):
        fields = {name: field.type for name, field in inner.fields.items() if _is_required(field)}
        if inner.extensions["strawberry-definition"].is_one_of:
            fields = dict([next((name, field.type) for name, field in inner.fields.items())])
        return "{" + ", ".join(f"{name}: {_least(kind)}" for name, kind in fields.items()) + "}"
    named = str(get_named_type(inner))
    if named in _LITERALS:
        return _LITERALS[named]
    return list(inner.values)[-1] if hasattr(inner, "values") else '"x"'


_LITERALS = {
    "ID": f'"{ID}"', "Int": "1", "BigInt": "1", "Boolean": "true", "DateTime": '"2026-01-01T00:00:00Z"',
    "Date": '"2026-01-01"',
}  # fmt: skip


def _is_required(field: Any) -> bool:
    return isinstance(field.type, GraphQLNonNull) and field.default_value is type(field).__init__.__defaults__[0]
