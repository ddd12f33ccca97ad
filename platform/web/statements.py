"""Statements of settlements as files, for the operator's staff and keys, and for the partner's own key.

GET /statements/<stl_…>.csv     all of it, entry by entry, which `guerdon statement check` works out again
GET /statements/<stl_…>.pdf     its lines, to be filed
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from kit.errors import Forbidden, Refusal, Unauthenticated
from programs.coalition import partners, settlement_views, statement_pdf, statements
from programs.coalition.settlement_views import SettlementId, SettlementView, settlement_not_found
from schema.shared.ids import SETTLEMENT
from tenants import principals
from tenants.principals import Principal
from tenants.roles import Action, PartnerScope, require
from web.auth import Auth
from web.credentials import StaffOrKey
from web.errors import Code, error_body

PARTNER_KEY = "bearer gpt_"


def statement_routes(auth: Auth) -> list[BaseRoute]:
    """The routes of statements."""
    return [Route("/statements/{name}.{form}", _Statements(auth).file, methods=["GET"])]


class _Statements:
    def __init__(self, auth: Auth) -> None:
        self._staff = StaffOrKey(auth)

    async def file(self, request: Request) -> Response:
        """The statement of a settlement; another partner's, or tenant's, answers as what does not exist."""
        try:
            principal = await self._who(request)
            return await _file(principal, request.path_params["name"], request.path_params["form"])
        except Unauthenticated as error:
            return _refused(HTTPStatus.UNAUTHORIZED, Code.UNAUTHENTICATED, error)
        except Forbidden as error:
            return _refused(HTTPStatus.FORBIDDEN, Code.FORBIDDEN, error)
        except Refusal as error:
            return _refused(HTTPStatus.NOT_FOUND, Code.NOT_FOUND, error)

    async def _who(self, request: Request) -> Principal:
        if request.headers.get("authorization", "").lower().startswith(PARTNER_KEY):
            return await principals.by_partner_key(request.headers["authorization"].partition(" ")[2].strip())
        return await self._staff(request)


async def _file(principal: Principal, name: str, form: str) -> Response:
    with principals.acting(principal):
        require(Action.READ_PARTNERS if principal.partner_id is None else PartnerScope.SETTLE)
        found = await settlement_views.get(SettlementId(SETTLEMENT.find(name) or ""))
        if form not in ("csv", "pdf") or principal.partner_id not in (None, found.partner_id):
            raise settlement_not_found()
        partner = await partners.get(found.partner_id)
        headers = {
            "content-disposition": f'attachment; filename="statement-{partner.slug}-{found.number}.{form}"',
            "cache-control": "no-store",
        }
        if form == "pdf":
            return Response(await statement_pdf.render(found.id), headers=headers, media_type="application/pdf")
    return StreamingResponse(_pieces(principal, found), headers=headers, media_type="text/csv; charset=utf-8")


async def _pieces(principal: Principal, settlement: SettlementView) -> AsyncIterator[str]:
    """The statement piece by piece; who acts is named for each, since between them others' requests are answered."""
    pieces = statements.pieces(settlement)
    while True:
        with principals.acting(principal):
            piece = await anext(pieces, None)
        if piece is None:
            return
        yield piece


def _refused(status: HTTPStatus, code: Code, error: Exception) -> Response:
    return Response(error_body(code, str(error)), status, media_type="application/json")
