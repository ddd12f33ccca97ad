"""Members from CSV files, sound and broken."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from members.importing import CsvError, CsvRow, ImportReport, import_csv, read_csv
from members.inputs import ConsentInput, MemberInput
from members.models import Member
from members.service import by_external_id, upsert
from tenants import scope
from tenants.models import AuditEntry
from tenants.scope import TenantId
from tests.members.conftest import CANARY, NOON

HEADER = "external_id,name,email,phone,birthday,locale,joined_at,tags,attribute.shoe,consent.email\n"


async def members() -> int:
    async with scope.reading():
        return await Member.all().count()


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "members.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_full_line() -> None:
    line = 'c-1," Müller, ""Zoë""",z@example.com,+49 30 1,1990-02-28,de,2020-01-02T03:04:05+01:00,vip; b ;,42,no\r\n'
    (row,) = read_csv(["\ufeff" + HEADER, line, " \n"], NOON)
    assert row == CsvRow(2, MemberInput(
        external_id="c-1", name='Müller, "Zoë"', email="z@example.com", phone="+49 30 1", birthday=date(1990, 2, 28),
        locale="de", joined_at=datetime(2020, 1, 2, 2, 4, 5, tzinfo=UTC), add_tags=("vip", "b"),
        attributes={"shoe": "42"}, consents=(ConsentInput("email", False, "import"),),
    ))  # fmt: skip


def test_empty_cells_say_nothing() -> None:
    assert list(read_csv([HEADER, "c-1,,,,,,,,,\n"], NOON)) == [CsvRow(2, MemberInput(external_id="c-1"))]


def test_every_broken_line_is_named_and_the_rest_read() -> None:
    lines = [
        "external_id,email,birthday,consent.email,attribute.a\n",
        "c-1,one@example.com,1990-02-28,yes,x\n",
        "c-2,no address,1990-02-30,maybe,x\n",
        'c-3,"open,1990-02-28,yes,x\n',
        "c-4,four@example.com\n",
        ",five@example.com,,,\n",
        "c-1,six@example.com,,,\n",
        'c-7,"a"b,,,\n',
        f"c-8,,,,{'x' * 1001}\n",
        "c-9,nine@example.com,,,\n",
    ]
    found = list(read_csv(lines, NOON))
    assert [(row.line, row.member.external_id) for row in found if isinstance(row, CsvRow)] == [(2, "c-1"), (10, "c-9")]
    assert [(error.line, error.column) for error in found if isinstance(error, CsvError)] == [
        (3, "birthday"), (3, "consent.email"), (3, "email"), (4, None), (5, None), (6, "external_id"),
        (7, "external_id"), (8, None), (9, "attribute.a"),
    ]  # fmt: skip
    assert "line 2" in str(found[7])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", [(1, "external_id")]),
        ("name\n", [(1, "external_id")]),
        ("external_id,points\n", [(1, "points")]),
        ("external_id,name,name\n", [(1, "name")]),
        ("external_id,attribute.,consent.E-Mail\n", [(1, "attribute."), (1, "consent.E-Mail")]),
        ('external_id,"name\n', [(1, None)]),
    ],
)
def test_wrong_header_stops_the_reading(header: str, expected: list[tuple[int, str | None]]) -> None:
    found = list(read_csv([header, "c-1,x,y\n"] if header else [], NOON))
    assert [(error.line, error.column) for error in found if isinstance(error, CsvError)] == expected
    assert len(found) == len(expected)


async def test_import_creates_and_updates(tenant: TenantId, tmp_path: Path) -> None:
    known = await upsert(MemberInput(external_id="c-7", name="Before", tags=["old"]))
    path = write(tmp_path, "external_id,name,tags\n" + "".join(f"c-{n},Name {n},new\n" for n in range(1203)))
    assert await import_csv(path, dry_run=True) == ImportReport(1203, 1202, 1, (), 0)
    assert await members() == 1
    assert await import_csv(path) == ImportReport(1203, 1202, 1, (), 0)
    assert await members() == 1203
    changed = await by_external_id("c-7")
    assert (changed.id, changed.name, changed.tags) == (known.id, "Name 7", ("new", "old"))
    assert await import_csv(path) == ImportReport(1203, 0, 1203, (), 0)
    async with scope.reading():
        logged = [entry.details for entry in await AuditEntry.filter(action="members.imported").order_by("id")]
    assert logged == ['{"created":1202,"existing":1}', '{"created":0,"existing":1203}']


async def test_one_broken_line_and_nothing_is_written(tenant: TenantId, tmp_path: Path) -> None:
    path = write(tmp_path, b"external_id,name\nc-1,Zo\xc3\xab\nc-2,Zo\xeb\nc-3,Anna\n")
    report = await import_csv(path)
    assert (report.rows, report.created, report.errors_total) == (2, 0, 1)
    assert [(error.line, error.column) for error in report.errors] == [(3, "name")]
    assert await members() == 0


async def test_errors_are_counted_but_not_all_listed(tenant: TenantId, tmp_path: Path) -> None:
    report = await import_csv(write(tmp_path, "external_id,name\n" + "a,b,c\n" * 1500), dry_run=True)
    assert (len(report.errors), report.errors_total) == (1000, 1500)


async def test_limits_with_what_a_member_has_are_reported_by_line(tenant: TenantId, tmp_path: Path) -> None:
    await upsert(MemberInput(external_id="full", tags=[f"t{n}" for n in range(100)]))
    report = await import_csv(write(tmp_path, "external_id,tags\nc-1,x\nfull,x\n"))
    assert (report.created, report.existing) == (1, 0)
    assert [(error.line, error.column) for error in report.errors] == [(3, "tags")]


async def test_import_leaves_another_tenants_members_alone(tenant: TenantId, other: TenantId, tmp_path: Path) -> None:
    path = write(tmp_path, f"external_id,name\n{CANARY},Mine\n")
    assert (await import_csv(path)).created == 1
    with scope.of(other):
        assert (await by_external_id(CANARY)).name == "Canary"
