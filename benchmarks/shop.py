"""Twenty merchants with five hundred members each, their points program, and the purchases that are measured."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from kit import clock, db
from kit.ids import new_id
from kit.setbased import Insert
from ledger.state import UnitId
from programs import service, units, versions
from programs.activity import Activity, ActivityKind, Line
from programs.records import MemberRef, Submission
from tenants import scope
from tenants.scope import TenantId
from tenants.signup import SignUp, create

TENANTS = 20
MEMBERS = 500

RULES = {
    "format": 1,
    "unit": "points",
    "rules": [
        {"id": "dollar", "name": "1 point per dollar",
         "earn": {"type": "per_amount", "points": 1, "per": 100, "currency": "USD"}},
    ],
    "expiry": {"policies": [{"type": "months_after_earning", "months": 12}], "warn_days": [30, 7]},
}  # fmt: skip
"""What a plain shop has: points for what was paid, for twelve months."""
LINES = (
    Line(id="1", amount=2999, sku="LP-10442", categories=("music", "vinyl"), tax=570),
    Line(id="2", amount=3198, sku="CD-20981", categories=("music", "cd"), quantity=2, tax=608),
    Line(id="3", amount=2400, sku="TS-00317", categories=("merchandise",), discount=480, tax=365),
)
"""What every purchase is of."""
POINTS = 81
"""What it earns."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant: member `n` has the id `id_of(number, n)`, and so has their account; points come from `issued`."""

    number: int
    tenant: TenantId
    unit: UnitId
    secret_key: str
    publishable_key: str
    issued: str


def id_of(tenant: int, number: int) -> str:
    """An id that pgbench can work out from a random number."""
    return f"00000000-0000-7000-8000-{tenant:04x}{number:08x}"


def name_of(id_: str) -> str:
    """The merchant's own id of a member."""
    return f"customer-{id_[-8:]}"


async def seed(tenants: int = TENANTS) -> list[Shop]:
    """Make the merchants with their members and accounts, as empty as on the first day."""
    return [await _make(number) for number in range(tenants)]


async def _make(number: int) -> Shop:
    form = SignUp(shop=f"Shop {number}", zone="UTC", currency="USD", name="Robin Vale",
                  email=f"owner{number}@example.com", password="a long password of no meaning")  # fmt: skip  # noqa: S106
    made = await create(form)
    now = clock.now()
    with scope.of(made.tenant):
        unit = await units.upsert("points", "point", "points", 0)
        program = await service.create(service.CreateInput(name="Points", kind="points", unit="points", rules=RULES))
        await versions.publish(program.id)
        ids = [id_of(number, member) for member in range(MEMBERS)]
        async with scope.writing():
            await _MEMBERS([(made.tenant, id_, name_of(id_), "active", now, now) for id_ in ids])
            await _ACCOUNTS([(made.tenant, id_, unit.id, f"member:{id_}", "available", now) for id_ in ids])
            found = await db.rows("SELECT id FROM account WHERE tenant_id = $1 AND owner = 'issued'", made.tenant)
    return Shop(number, made.tenant, UnitId(unit.id), made.secret_key.text, made.publishable_key.text, found[0]["id"])


def purchase(shop: Shop, random: Random) -> Submission:
    """An order of three lines by one of the shop's members, now, under a key of its own."""
    now = clock.now()
    order = new_id()
    activity = Activity(
        key=f"order:{order}", kind=ActivityKind.PURCHASE.value, member_id="", occurred_at=now, order_id=order,
        currency="USD", lines=LINES, channel="web",
    )  # fmt: skip
    member = name_of(id_of(shop.number, random.randrange(MEMBERS)))
    return Submission(shop.tenant, MemberRef(external_id=member), activity, now)


_MEMBERS = Insert("member", tenant_id="uuid", id="uuid", external_id="text", state="text", joined_at="instant",
                  created_at="instant")  # fmt: skip
_ACCOUNTS = Insert("account", tenant_id="uuid", id="uuid", unit_id="uuid", owner="text", book="text",
                   created_at="instant")  # fmt: skip
