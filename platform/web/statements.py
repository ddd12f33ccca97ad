"""Statements of settlements as files, for the operator's staff and keys, and for the partner's own key.

GET /statements/<stl_…>.csv     all of it, entry by entry, which `guerdon statement check` works out again
GET /statements/<stl_…>.pdf     its lines, to be filed
GET /statements/<pcp_…>/<stl_…>.csv, .pdf     for the staff and keys of a shop that takes part as the partner
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from kit.errors import Forbidden, Refusal, Unauthenticated
from programs.coalition import participations, partners, settlement_views, statement_pdf, statements
from programs.coalition.participations import ParticipationId, participation_not_found
from programs.coalition.partners import PartnerId
from programs.coalition.settlement_views import SettlementId, SettlementView, settlement_not_found
from schema.shared.ids import PARTICIPATION, SETTLEMENT
from tenants import principals, scope
from tenants.principals import Principal
from tenants.roles import Action, PartnerScope, require
from web.auth import Auth
from web.credentials import StaffOrKey
from web.errors import Code, error_body

PARTNER_KEY = "bearer gpt_"


def statement_routes(auth: Auth) -> list[BaseRoute]:
    """The routes of statements."""
    file = _Statements(auth).file
    return [
        Route("/statements/{name}.{form}", file, methods=["GET"]),
        Route("/statements/{participation}/{name}.{form}", file, methods=["GET"]),
    ]


class _Statements:
    def __init__(self, auth: Auth) -> None:
        self._staff = StaffOrKey(auth)

    async def file(self, request: Request) -> Response:
        """The statement of a settlement; another partner's, or tenant's, answers as what does not exist."""
        try:
            reader = await _reader(await self._who(request), request.path_params.get("participation"))
            return await _file(reader, request.path_params["name"], request.path_params["form"])
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


@dataclass(frozen=True, slots=True)
class _Reader:
    """In whose scope statements are read, and of which partner alone; None: of all."""

    entered: Callable[[], AbstractContextManager[None]]
    partner: PartnerId | None


async def _reader(principal: Principal, participation: str | None) -> _Reader:
    """Raises `Forbidden`, and `Refusal` NOT_FOUND for a participation that is none, or over."""
    with principals.acting(principal):
        require(Action.READ_PARTNERS if principal.partner_id is None else PartnerScope.SETTLE)
        if participation is None:
            own = None if principal.partner_id is None else PartnerId(principal.partner_id)
            return _Reader(lambda: principals.acting(principal), own)
        if principal.partner_id is not None:
            raise participation_not_found()
        view = await participations.get(ParticipationId(PARTICIPATION.find(participation) or ""))
        async with participations.as_partner(view) as partner:
            there = scope.current()
    return _Reader(lambda: scope.of(there.tenants[0], there.clock_offset, there.actor), partner.id)


async def _file(reader: _Reader, name: str, form: str) -> Response:
    with reader.entered():
        found = await settlement_views.get(SettlementId(SETTLEMENT.find(name) or ""))
        if form not in ("csv", "pdf") or reader.partner not in (None, found.partner_id):
            raise settlement_not_found()
        partner = await partners.get(found.partner_id)
        headers = {
            "content-disposition": f'attachment; filename="statement-{partner.slug}-{found.number}.{form}"',
            "cache-control": "no-store",
        }
        if form == "pdf":
            return Response(await statement_pdf.render(found.id), headers=headers, media_type="application/pdf")
    return StreamingResponse(_pieces(reader, found), headers=headers, media_type="text/csv; charset=utf-8")


async def _pieces(reader: _Reader, settlement: SettlementView) -> AsyncIterator[str]:
    """The statement piece by piece; whose it is is said for each, since between them others' requests are answered."""
    pieces = statements.pieces(settlement)
    while True:
        with reader.entered():
            piece = await anext(pieces, None)
        if piece is None:
            return
        yield piece


def _refused(status: HTTPStatus, code: Code, error: Exception) -> Response:
    return Response(error_body(code, str(error)), status, media_type="application/json")
