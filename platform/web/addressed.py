"""Pages that name their tenant in the address, since whoever opens them has no key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request

from kit import db
from kit.errors import InvalidId
from kit.ids import decode
from tenants import scope
from tenants.scope import TenantId


def nothing_there(message: str = "There is nothing at this address.") -> HTTPException:
    """The answer for what is not there, and for what is another tenant's."""
    return HTTPException(HTTPStatus.NOT_FOUND, message)


@asynccontextmanager
async def addressed(request: Request) -> AsyncIterator[TenantId]:
    """The scope of the tenant that the address names as `tenant`, on its clock. Raises `HTTPException` 404."""
    try:
        tenant = TenantId(decode("ten", request.path_params["tenant"]))
    except InvalidId:
        raise nothing_there() from None
    with scope.unscoped("the clock of a tenant that an address names"):
        async with scope.reading():
            found = await db.rows("SELECT clock_offset_us FROM tenant WHERE id = $1", tenant)
    if not found:
        raise nothing_there()
    with scope.of(tenant, timedelta(microseconds=found[0]["clock_offset_us"])):
        yield tenant
