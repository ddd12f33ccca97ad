"""Pages that name their tenant in the address, since whoever opens them has no key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request

from kit.errors import InvalidId
from kit.ids import decode
from tenants import elsewhere
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
    found = await elsewhere.find(tenant)
    if found is None:
        raise nothing_there()
    with found.entered():
        yield tenant
