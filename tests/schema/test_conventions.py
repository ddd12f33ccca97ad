"""Every schema keeps the conventions of docs: descriptions, payloads, code enums, bounded pages, idempotency keys."""

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
)

from schema.export import SCHEMAS
from schema.shared.connections import PAGE_DEFAULT

GRAPHQL = {name: schema._schema for name, schema in SCHEMAS.items()}

# By hand, so that somebody decides for each new mutation whether it moves value.
MOVES_VALUE = {
    "recordActivity", "recordActivities", "orderAmend", "pointsAdjust", "redemptionReserve", "redemptionConfirm",
    "redemptionCancel", "voucherUse", "redeem", "memberTierSet", "storedValueAuthorize", "storedValuePay",
    "storedValueCapture",
    "storedValueVoid",
    "storedValueRefund", "storedValueCredit", "giftCardIssue", "giftCardTransferToBalance", "giftCardReissue",
    "giftCardDisable", "giftCardToBalance", "perkUse", "perkUseCancel",
    "donate", "donationCancel", "membershipJoin", "membershipCancel", "membershipResume", "membershipUpgrade",
    "membershipGiveDays", "membershipPay", "passBuy", "passUse", "passRefund",
    "memberMerge", "pointsTransfer",
    "activityReview",
    "taskClaim", "taskAssign", "taskWithdraw",
    "gamePlay", "gameFreePlaysTake", "gameSeedRotate",
    "referralClaim", "referralReview",
    "partnerAdjust", "partnerBlockBuy", "settlementApprove", "settlementPay",
    "memberLink", "memberUnlink", "partnerRecordActivity", "partnerRedeemReserve", "partnerRedeemConfirm",
    "partnerRedeemCancel", "partnerConvertIn", "partnerConvertOut", "partnerConvertUndo", "partnerOfferUse",
    "partnerOfferGiveBack",
}  # fmt: skip
MOVES_NOTHING = {
    "paymentProviderSet",
    "activityLimitsSet",
    "memberUpsert", "memberErase", "memberExport", "unitUpsert", "programCreate", "programSaveDraft", "programValidate",
    "programPublish", "programRollback", "programPause", "programResume", "programArchive", "programCopy",
    "programReplay", "programReplayCancel",
    "rewardUpsert", "rewardArchive", "vouchersImport", "customerTokenCreate", "keyCreate", "keyRotate", "keyRevoke",
    "partnerKeyCreate", "coalitionLinkCodeCreate", "coalitionUnlink",
    "staffInvite", "staffRoleChange", "staffRemove", "tenantUpdate", "sandboxClockAdvance", "webhookEndpointSet",
    "partnerCreate", "partnerRename", "partnerFreeze", "partnerUnfreeze", "partnerLeave", "partnerTermsSave",
    "partnerInvite", "partnerShopUnlink", "participationJoin", "participationUpdate", "participationEnd",
    "webhookEndpointTry", "partnerWebhookDisable", "partnerWebhookEnable", "partnerWebhookRemove",
    "webhookDeliveryResend", "dependantUpsert", "dependantRemove",
}  # fmt: skip


@pytest.mark.parametrize("name", GRAPHQL)
def test_everything_is_described(name: str) -> None:
    assert [path for path, description in _described(GRAPHQL[name]) if not description] == []


@pytest.mark.parametrize("name", GRAPHQL)
def test_every_mutation_takes_one_input_and_answers_with_its_own_user_errors(name: str) -> None:
    for mutation, field in _mutations(GRAPHQL[name]):
        words = mutation[0].upper() + mutation[1:]
        assert {argument: str(given.type) for argument, given in field.args.items()} == {"input": f"{words}Input!"}
        assert str(field.type) == f"{words}Payload!"
        _check_user_errors(words, get_named_type(field.type))


@pytest.mark.parametrize(("name", "quote"), [("admin", "quote"), ("storefront", "quote"), ("partner", "partnerQuote")])
def test_a_quote_tells_refusals_as_data_too(name: str, quote: str) -> None:
    query = GRAPHQL[name].query_type
    assert query is not None
    _check_user_errors(quote[0].upper() + quote[1:], get_named_type(query.fields[quote].type))


@pytest.mark.parametrize("name", GRAPHQL)
def test_every_connection_is_a_page(name: str) -> None:
    found = 0
    for path, field in _fields(GRAPHQL[name]):
        named = get_named_type(field.type)
        if named.name.endswith("Connection"):
            found += 1
            assert field.args["first"].default_value == PAGE_DEFAULT, path
            assert "after" in field.args, path
            assert isinstance(named, GraphQLObjectType)
            assert set(named.fields) == {"edges", "nodes", "pageInfo"}, path
        else:
            assert not {"first", "after", "last", "before"} & set(field.args), path
    assert found >= 2


def test_every_mutation_that_moves_value_has_an_idempotency_key() -> None:
    seen = set()
    for schema in GRAPHQL.values():
        for mutation, field in _mutations(schema):
            seen.add(mutation)
            input_type = get_named_type(field.args["input"].type)
            assert isinstance(input_type, GraphQLInputObjectType)
            if mutation == "recordActivities":  # each item brings its own
                input_type = get_named_type(input_type.fields["activities"].type)
                assert isinstance(input_type, GraphQLInputObjectType)
            has_key = "idempotencyKey" in input_type.fields
            assert has_key == (mutation in MOVES_VALUE), mutation
            if has_key:
                assert str(input_type.fields["idempotencyKey"].type) == "String!"
    assert seen == MOVES_VALUE | MOVES_NOTHING


@pytest.mark.parametrize("name", GRAPHQL)
def test_every_id_of_an_object_is_a_node(name: str) -> None:
    without = {
        "StaffInvitation",
        "Dependant",
        "TimelineEntry",
        "Voucher",
        "Line",
        "Actor",
        "PartnerTerms",
        "ParticipationTerms",
        "ClearingEntry",
        "PartnerBlock",
        "MemberLink",
        "PartnerActivity",
        "PartnerConversion",
        "PartnerOfferUse",
    }  # parts of another, or things that answer by another's id
    for type_ in _types(GRAPHQL[name]):
        if isinstance(type_, GraphQLObjectType) and "id" in type_.fields and type_.name not in without:
            is_rule = str(type_.fields["id"].type) == "String!"
            assert is_rule or "Node" in {interface.name for interface in type_.interfaces}, type_.name


def _check_user_errors(words: str, payload: GraphQLNamedType) -> None:
    assert isinstance(payload, GraphQLObjectType)
    user_errors = payload.fields["userErrors"]
    assert str(user_errors.type) == f"[{words}UserError!]!"
    for field_name, field in payload.fields.items():
        assert field_name == "userErrors" or not _must_be_an_object(field), f"{payload.name}.{field_name}"
    error = get_named_type(user_errors.type)
    assert isinstance(error, GraphQLObjectType)
    assert {name: str(field.type) for name, field in error.fields.items()} == {
        "field": "[String!]!",
        "message": "String!",
        "code": f"{words}ErrorCode!",
    }


def _must_be_an_object(field: GraphQLField) -> bool:
    """A payload has nothing but `userErrors` when it refuses: its objects are nullable."""
    return isinstance(field.type, GraphQLNonNull) and isinstance(field.type.of_type, GraphQLObjectType)


def _mutations(schema: GraphQLSchema) -> list[tuple[str, GraphQLField]]:
    assert schema.mutation_type is not None
    return list(schema.mutation_type.fields.items())


def _types(schema: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    for type_ in schema.type_map.values():
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_):
            yield type_


def _fields(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    for type_ in _types(schema):
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                yield f"{type_.name}.{name}", field


def _described(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    for type_ in _types(schema):
        yield type_.name, type_.description
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{type_.name}.{name}", value.description) for name, value in type_.values.items())
        if isinstance(type_, GraphQLInputObjectType):
            yield from ((f"{type_.name}.{name}", field.description) for name, field in type_.fields.items())
    for path, field in _fields(schema):
        yield path, field.description
        yield from ((f"{path}({name})", given.description) for name, given in field.args.items() if name != "input")
