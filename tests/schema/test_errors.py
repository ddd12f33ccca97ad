"""A refusal becomes `userErrors` in one place; anything else stays an error at the top."""

import re
from enum import Enum
from pathlib import Path

import pytest
import strawberry

from kit.errors import Refusal
from kit.ids import new_id
from schema.shared.context import Context
from schema.shared.errors import CODES, UserError, mutation, register_codes
from schema.shared.ids import MEMBER
from schema.shared.naming import config
from tenants.principals import Kind, Principal
from tenants.scope import TenantId

TryErrorCode = Enum("TryErrorCode", "INVALID NOT_FOUND")
register_codes([TryErrorCode])


@strawberry.type
class TryPayload:
    done: str | None = None
    user_errors: list[UserError[TryErrorCode]] = strawberry.field(default_factory=list)


@strawberry.type
class Query:
    there: bool = True


@strawberry.type
class Mutation:
    @mutation(TryPayload, TryErrorCode, "Try.")
    async def attempt(self, code: str) -> TryPayload:
        if code == "BUG":
            raise RuntimeError(code)
        if code != "NONE":
            raise Refusal(code, "No.", ("lines", "0", "external_id"))
        return TryPayload(done="yes")

    @mutation(TryPayload, TryErrorCode, "Try with an id.")
    async def find(self, id: str) -> TryPayload:  # noqa: A002
        return TryPayload(done=MEMBER.read(id, "id"))


schema = strawberry.Schema(Query, Mutation, config=config())


def context() -> Context:
    """An operation of somebody whose permissions do not matter here."""
    return Context(Principal(kind=Kind.SECRET_KEY, id=new_id(), tenant=TenantId(new_id()), key_id="key:1"))


async def _attempt(code: str) -> strawberry.types.ExecutionResult:
    document = "mutation ($code: String!) { attempt(code: $code) { done userErrors { field message code } } }"
    result = await schema.execute(document, {"code": code}, context_value=context())
    assert isinstance(result, strawberry.types.ExecutionResult)
    return result


async def test_nothing_refused() -> None:
    assert (await _attempt("NONE")).data == {"attempt": {"done": "yes", "userErrors": []}}


async def test_a_refusal_is_data() -> None:
    result = await _attempt("NOT_FOUND")
    error = {"field": ["lines", "0", "externalId"], "message": "No.", "code": "NOT_FOUND"}
    assert result.errors is None
    assert result.data == {"attempt": {"done": None, "userErrors": [error]}}


@pytest.mark.parametrize("code", ["BUG", "A_CODE_THAT_THE_MUTATION_DOES_NOT_NAME"])
async def test_a_bug_is_no_data(code: str, caplog: pytest.LogCaptureFixture) -> None:
    result = await _attempt(code)
    assert result.errors is not None
    assert isinstance(result.errors[0].original_error, RuntimeError | KeyError)


@pytest.mark.parametrize(
    "text", ["", "mem_", "unt_01h455vb4pex5vsknk084sn02q", "mem_81h455vb4pex5vsknk084sn02q", "x" * 9999]
)
async def test_a_malformed_id_is_an_unknown_one(text: str) -> None:
    document = "mutation ($id: String!) { find(id: $id) { done userErrors { field code } } }"
    result = await schema.execute(document, {"id": text}, context_value=context())
    assert result.data == {"find": {"done": None, "userErrors": [{"field": ["id"], "code": "NOT_FOUND"}]}}


def test_every_code_has_words_that_end() -> None:
    assert [code for code, words in CODES.items() if not words.endswith(".")] == []


PLATFORM = Path(__file__).parents[2] / "platform"
ELSEWHERE = {"WEAK_PASSWORD", "EMAIL_TAKEN", "INVITATION_INVALID", "QUOTE_FOR_ANOTHER_CART"}
"""Codes of refusals that no mutation of GraphQL gives: signing up or in, and a quote brought back with another cart."""


def test_every_code_that_is_raised_has_one_meaning_told() -> None:
    raised = {
        code
        for path in PLATFORM.rglob("*.py")
        for code in re.findall(r'Refusal\(\s*"([A-Z_]+)"', path.read_text("utf-8"))
    }
    assert len(raised) > 25
    assert raised - CODES.keys() == ELSEWHERE
    assert len(set(CODES.values())) == len(CODES)
