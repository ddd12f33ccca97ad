"""Whose data this is, and what time it is there. A query without a scope raises."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NewType

from tortoise import Model
from tortoise.manager import Manager
from tortoise.queryset import QuerySet

from kit import clock, db
from kit.errors import GuerdonError
from kit.fields import IdField

TenantId = NewType("TenantId", str)


class ScopeMissing(GuerdonError):
    """A tenant's data was asked for without saying whose."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The tenants whose rows may be touched, their clock's offset, and who acts (for the audit log)."""

    tenants: tuple[TenantId, ...]
    clock_offset: timedelta = timedelta(0)
    actor: str = "system"
    reason: str | None = None


_scope: ContextVar[Scope | None] = ContextVar("guerdon_scope", default=None)


@contextmanager
def of(tenant: TenantId, clock_offset: timedelta = timedelta(0), actor: str = "system") -> Iterator[None]:
    """Work for one tenant inside the block; `actor` is `staff:<id>`, `key:<id>`, `member:<id>` or `system`."""
    with _entered(Scope((tenant,), clock_offset, actor)):
        yield


@contextmanager
def spanning(tenants: Sequence[TenantId], reason: str) -> Iterator[None]:
    """Work across several tenants (a committer's batch, a sweep's look for work); `reason` can be grepped."""
    with _entered(Scope(tuple(tenants), reason=reason)):
        yield


@contextmanager
def unscoped(reason: str) -> Iterator[None]:
    """Work on the global tables only, before it is known whose request this is; `reason` can be grepped."""
    with _entered(Scope((), reason=reason)):
        yield


def current() -> Scope:
    """The scope entered. Raises `ScopeMissing`."""
    scope = _scope.get()
    if scope is None:
        raise ScopeMissing("enter a scope first: `with scope.of(tenant):`")
    return scope


def tenant_id() -> TenantId:
    """The one tenant of the scope. Raises `ScopeMissing`, also inside `spanning` and `unscoped`."""
    tenants = current().tenants
    if len(tenants) != 1:
        raise ScopeMissing("this needs the scope of exactly one tenant")
    return tenants[0]


def now() -> datetime:
    """The present instant on the scope's clock, which in a sandbox can be moved."""
    return clock.now() + current().clock_offset


def actor() -> str:
    """Who acts: `staff:<id>`, `key:<id>`, `member:<id>` or `system`."""
    return current().actor


@asynccontextmanager
async def writing(also: Sequence[TenantId] = ()) -> AsyncIterator[None]:
    """One write transaction over the scope's tenants, and over `also`, in whose scopes parts of it are done.

    It joins the one under way, which must be over all of these.
    """
    async with db.transaction((*current().tenants, *also)):
        yield


@asynccontextmanager
async def reading() -> AsyncIterator[None]:
    """Reads over the scope's tenants."""
    async with db.reading(current().tenants):
        yield


@contextmanager
def _entered(scope: Scope) -> Iterator[None]:
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


class _ScopedManager(Manager):
    """Adds the scope's tenants to every query."""

    def get_queryset(self) -> QuerySet[Any]:
        tenants = current().tenants
        if not tenants:
            raise ScopeMissing(f"{self._model.__name__} belongs to tenants: enter one's scope")
        if len(tenants) == 1:
            return super().get_queryset().filter(tenant_id=tenants[0])
        return super().get_queryset().filter(tenant_id__in=tenants)


class TenantScoped(Model):
    """A row that belongs to a tenant; every way to reach it carries the tenant, as Citus and tenancy both want."""

    id = IdField(primary_key=True)
    tenant_id = IdField(default=tenant_id)

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._meta.manager = _ScopedManager(cls)  # Meta.manager would have to be said again in each model

    async def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert, or update by (tenant, id) without touching either. Raises `ScopeMissing` for another's row."""
        if self.tenant_id not in current().tenants:
            raise ScopeMissing("this row belongs to another tenant")
        if not self._saved_in_db:
            await super().save(*args, **kwargs)
            return
        names = kwargs.get("update_fields") or [
            name for name in self._meta.db_fields if name not in ("id", "tenant_id")
        ]
        changed = await type(self).filter(id=self.id).update(**{name: getattr(self, name) for name in names})
        assert changed == 1, "a saved row has gone"

    async def delete(self, *args: Any, **kwargs: Any) -> None:
        """Delete by (tenant, id)."""
        await type(self).filter(id=self.id).delete()

    async def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read again by (tenant, id)."""
        fresh = await type(self).get(id=self.id)
        for name in self._meta.db_fields:
            setattr(self, name, getattr(fresh, name))


__all__ = ["Scope", "ScopeMissing", "TenantId", "TenantScoped", "actor", "current", "now", "of", "reading",
           "spanning", "tenant_id", "unscoped", "writing"]  # fmt: skip
