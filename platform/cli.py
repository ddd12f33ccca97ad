"""The `guerdon` command. Each subcommand imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from kit.errors import GuerdonError, SettingsError

if TYPE_CHECKING:
    from ledger.findings import Finding
    from settings import Settings

T = TypeVar("T")

app = typer.Typer(help="Guerdon, a loyalty platform.", no_args_is_help=True, add_completion=False)
imports = typer.Typer(help="Bring in what was kept elsewhere.", no_args_is_help=True)
tenants = typer.Typer(help="Merchants.", no_args_is_help=True)
statements = typer.Typer(help="Statements of a coalition.", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(tenants, name="tenant")
app.add_typer(statements, name="statement")

Slug = Annotated[str, typer.Option("--tenant", help="The tenant, by its slug.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]


def main() -> None:
    """Run the command; what Guerdon raises on purpose is one line on stderr and the exit code 1."""
    try:
        app()
    except GuerdonError as error:
        kind = "setting" if isinstance(error, SettingsError) else "error"
        typer.echo(f"guerdon: {kind}: {error}", err=True)
        sys.exit(1)


@app.command()
def run() -> None:
    """Migrate, load the demo (not in production), then serve, and say where everything is."""
    settings = _settings()
    _migrate(settings)
    if not settings.production:
        _load_demo(settings)
    _serve(settings, announce=True)


@app.command()
def serve() -> None:
    """Serve over HTTP until a signal comes."""
    _serve(_settings(), announce=False)


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date, as its owner (GUERDON_DATABASE_ADMIN_URL, if it is another)."""
    _migrate(_settings())


@app.command()
def worker() -> None:
    """Run the jobs until a signal comes, woken over Redis (GUERDON_REDIS_URL)."""
    from jobs.worker import run_worker

    settings = _settings()
    _log(settings)
    asyncio.run(run_worker(settings))


@imports.command("members")
def import_members(file: Path, tenant: Slug, dry_run: DryRun = False) -> None:
    """Make or change the members of a CSV file; if one line is wrong, nothing is written."""
    from members.importing import import_csv

    report = _in_tenant(tenant, lambda: import_csv(file, dry_run=dry_run))
    for error in report.errors:
        where = f"line {error.line}" + (f", {error.column}" if error.column else "")
        typer.echo(f"{file.name}: {where}: {error.message}", err=True)
    typer.echo(f"{report.rows} rows: {report.created} new members, {report.existing} known.")
    if report.errors_total:
        typer.echo(f"{report.errors_total} errors.", err=True)
        raise typer.Exit(1)


@imports.command("activities")
def import_activities(
    file: Path,
    tenant: Slug,
    dry_run: DryRun = False,
    create_members: Annotated[bool, typer.Option(help="Make the members that are not there.")] = False,
) -> None:
    """Record the purchases of a CSV file; lines that are wrong are named and left out. Running it again is safe.

    A dry run sees of an order what the file told up to 20,000 activities before.
    """
    from rich.progress import Progress, TextColumn

    from programs.importing import import_csv

    with Progress(*Progress.get_default_columns(), TextColumn("{task.completed}")) as progress:
        task = progress.add_task(file.name, total=None)
        report = _in_tenant(
            tenant,
            lambda: import_csv(
                file,
                dry_run=dry_run,
                create_members=create_members,
                progress=lambda done: progress.update(task, completed=done),
            ),
        )
    for error in report.errors:
        where = f"line {error.line}" + (f", {error.column}" if error.column else "")
        typer.echo(f"{file.name}: {where}: {error.message}", err=True)
    done = "to record" if dry_run else "recorded"
    typer.echo(f"{report.recorded} {done}, {report.repeated} known, {report.members_created} new members.")
    if report.errors_total:
        typer.echo(f"{report.errors_total} errors.", err=True)
        raise typer.Exit(1)


@app.command()
def verify(
    full: Annotated[
        bool, typer.Option(help="Check everything, not only what changed since the last clean run.")
    ] = False,
) -> None:
    """Check every tenant's books against the ledger's equations; findings are named, and the exit code is 1."""
    findings = _connected(lambda: _verify_all(full))
    for tenant, finding in findings:
        typer.echo(f"{tenant}: {finding.check}: {finding.row}: {finding.detail}", err=True)
    typer.echo(f"{len(findings)} findings." if findings else "Every book is right.")
    if findings:
        raise typer.Exit(1)


@statements.command("check")
def check_statement(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The statement as CSV.")],
) -> None:
    """Work out a partner's statement again: each entry, line and total, and its hash. No database is asked."""
    from programs.coalition.checking import check

    findings = check(file.read_bytes())
    for finding in findings:
        typer.echo(f"{file.name}: line {finding.line}: {finding.message}", err=True)
    if findings:
        raise typer.Exit(1)
    typer.echo("The statement is right.")


@tenants.command("create")
def create_tenant(
    shop: str,
    email: Annotated[str, typer.Option(help="The owner's address.")],
    name: Annotated[str, typer.Option(help="The owner's name.")],
    zone: Annotated[str, typer.Option(help="The IANA time zone.")] = "UTC",
    currency: Annotated[str, typer.Option(help="The ISO 4217 code.")] = "EUR",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, help="The owner's password.")] = "",
) -> None:
    """Make a tenant with its owner, its sandbox and its first keys, which are shown this once."""
    from tenants.signup import SignUp, create

    form = SignUp(shop=shop, zone=zone, currency=currency, name=name, email=email, password=password)
    made = _connected(lambda: create(form))
    typer.echo(f"tenant          {made.slug}")
    typer.echo(f"secret key      {made.secret_key.text}")
    typer.echo(f"publishable key {made.publishable_key.text}")
    typer.echo(f"sandbox secret  {made.sandbox_secret_key.text}")


def _settings() -> Settings:
    from settings import settings

    return settings()


def _migrate(settings: Settings) -> None:
    from kit.migrate import migrate as run_migrations

    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"GUERDON_DATA_DIR: {settings.data_dir} cannot be made ({error.strerror})") from None
    asyncio.run(run_migrations(settings.database_admin_url or settings.database, application_url=settings.database))


def _load_demo(settings: Settings) -> None:
    from rich.progress import Progress

    from demo.load import load

    with Progress() as progress:
        _connected(lambda: load(settings, progress))


async def _verify_all(full: bool) -> list[tuple[str, Finding]]:
    from programs.verify import verify as check
    from tenants import scope
    from tenants.models import Tenant
    from tenants.scope import TenantId

    with scope.unscoped("every tenant's books are checked"):
        async with scope.reading():
            tenants = await Tenant.all().order_by("slug")
    return [(tenant.slug, finding) for tenant in tenants for finding in await check(TenantId(tenant.id), full)]


def _serve(settings: Settings, *, announce: bool) -> None:
    from kit import collector
    from web.main import application
    from web.server import serve as serve_app

    _log(settings)
    served = application(settings)
    _connected(lambda: _check_role(settings))
    if announce:
        _announce(settings)
    collector.settle()
    serve_app(served, host=settings.host, port=settings.port, trusted_proxies=settings.trusted_proxies)


async def _check_role(settings: Settings) -> None:
    from kit import db

    if settings.production:
        await db.refuse_powerful_role()


async def _check_database() -> None:
    """Raises `SettingsError` for a database that does not answer, or was never migrated."""
    from tenants import scope
    from tenants.models import Tenant

    try:
        with scope.unscoped("whether the database is there"):
            async with scope.reading():
                await Tenant.first()
    except Exception as error:  # whatever it is, it is one line about one setting
        what = str(error).strip().partition("\n")[0] or type(error).__name__
        raise SettingsError(f"GUERDON_DATABASE_URL: {what} (was `guerdon migrate` run?)") from None


def _log(settings: Settings) -> None:
    from web.logs import configure

    configure(production=settings.production, level=settings.log_level)


def _announce(settings: Settings) -> None:
    from demo.opening import demo_file, partner_told
    from web.main import ADMIN, PARTNER, STOREFRONT

    url = settings.public_url
    typer.echo(f"console      {url}/console/")
    typer.echo(f"admin API    {url}{ADMIN}")
    typer.echo(f"storefront   {url}{STOREFRONT}")
    typer.echo(f"partners     {url}{PARTNER}")
    if settings.production:
        return
    for name, shop, how in demo_file(settings):
        typer.echo(f"demo shop    {shop}  ({name})")
        typer.echo(f"sign in      {how}  ({name})")
    if partner := partner_told(settings):
        key, query = partner["key"], '{"query": "{ me { name } coalition { name rules } }"}'
        typer.echo(f"as a partner curl -s {url}{PARTNER} -H 'Authorization: Bearer {key}' "
                   f"-H 'Content-Type: application/json' -d '{query}'  ({partner['name']})")  # fmt: skip


def _connected(work: Callable[[], Awaitable[T]]) -> T:
    """Do something with the database open. Raises `SettingsError` if it is not there."""
    return asyncio.run(_with_database(work))


async def _with_database(work: Callable[[], Awaitable[T]]) -> T:
    from kit import collector, db

    settings = _settings()
    await db.open_database(settings.database, settings.database_pool_size)
    collector.settle()
    try:
        await _check_database()
        return await work()
    finally:
        await db.close_database()


def _in_tenant(slug: str, work: Callable[[], Awaitable[T]]) -> T:
    """Do something in a tenant's scope. Raises `Refusal` for a slug that there is not."""

    async def entered() -> T:
        from kit.errors import Refusal
        from tenants import scope
        from tenants.models import Tenant
        from tenants.scope import TenantId

        with scope.unscoped("the command line names a tenant by its slug"):
            async with scope.reading():
                tenant = await Tenant.get_or_none(slug=slug)
        if tenant is None:
            raise Refusal("NOT_FOUND", f"There is no tenant {slug!r}.", ("tenant",))
        with scope.of(TenantId(tenant.id), tenant.clock_offset):
            return await work()

    return _connected(entered)


if __name__ == "__main__":
    main()
