"""Built files: the console's page for every path of its router, the widgets for foreign pages, nothing beyond them."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.web.live import serving, settings
from web.app import create_app
from web.static import NONCE

PAGE = f'<!doctype html><style nonce="{NONCE}"></style><script type="module" src="/console/assets/index-D3kq9_xA.js">'
SCRIPT = "export const answer = 42;\n" * 50


UNHASHED = ("guerdon.js", "custom-elements.json", "guerdon-leaderboard.js", "apple-touch-icon.png")


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    tmp_path = tmp_path_factory.mktemp("site")
    (tmp_path / "secret.txt").write_text("secret")
    console, widgets = tmp_path / "console", tmp_path / "widgets"
    (console / "assets").mkdir(parents=True)
    widgets.mkdir()
    (console / "index.html").write_text(PAGE)
    (console / "assets" / "index-D3kq9_xA.js").write_text(SCRIPT)
    (console / "assets" / "index-D3kq9_xA.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (console / "favicon.svg").write_text("<svg/>")
    (console / "outside.txt").symlink_to(tmp_path / "secret.txt")
    for name in UNHASHED:
        (widgets / name).write_text(SCRIPT)
    async with serving(create_app(settings(), {}, console=console, widgets=widgets)) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/console/", "/console/members", "/console/members/mem_01h/timeline", "/console/index.html"]
)
async def test_the_console_answers_its_page_for_every_path(site: httpx.AsyncClient, path: str) -> None:
    response = await site.get(path)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert response.headers["cache-control"] == "no-cache"


async def test_each_page_has_a_nonce_of_its_own_for_styles_only(site: httpx.AsyncClient) -> None:
    first, second = await site.get("/console/"), await site.get("/console/")
    assert NONCE not in first.text
    assert first.text != second.text
    nonce = first.text.split('nonce="')[1].split('"')[0]
    policy = dict(item.split(" ", 1) for item in first.headers["content-security-policy"].split("; "))
    assert policy["style-src"] == f"'self' 'nonce-{nonce}'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"


async def test_the_console_without_its_slash_is_sent_on(site: httpx.AsyncClient) -> None:
    response = await site.get("/console")
    assert (response.status_code, response.headers["location"]) == (307, "/console/")


@pytest.mark.parametrize(
    "path", ["/console/assets/gone-D3kq9_xA.js", "/console/robots.txt", "/widgets/", "/widgets/gone.js"]
)
async def test_a_missing_file_is_404_and_not_the_page(site: httpx.AsyncClient, path: str) -> None:
    assert (await site.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/console/", "/console/members", "/console/favicon.svg", "/widgets/guerdon.js"])
async def test_a_post_to_a_file_is_405(site: httpx.AsyncClient, path: str) -> None:
    assert (await site.post(path)).status_code == 405


async def test_a_hashed_file_is_kept_for_ever_and_compressed(site: httpx.AsyncClient) -> None:
    path = "/console/assets/index-D3kq9_xA.js"
    response = await site.get(path, headers={"accept-encoding": "gzip"})
    assert response.text == SCRIPT
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["vary"] == "Accept-Encoding"
    for refusing in ("identity", "gzip;q=0"):
        plain = await site.get(path, headers={"accept-encoding": refusing})
        assert "content-encoding" not in plain.headers
        assert plain.text == SCRIPT
        assert plain.headers["etag"] != response.headers["etag"]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_an_unchanged_file_is_304(site: httpx.AsyncClient, encoding: str) -> None:
    path = "/console/assets/index-D3kq9_xA.js"
    first = await site.get(path, headers={"accept-encoding": encoding})
    again = await site.get(path, headers={"accept-encoding": encoding, "if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_file_without_a_hash_is_asked_for_again(site: httpx.AsyncClient) -> None:
    assert (await site.get("/console/favicon.svg")).headers["cache-control"] == "no-cache"
    for name in UNHASHED:
        assert (await site.get(f"/widgets/{name}")).headers["cache-control"] == "public, max-age=300", name


async def test_widgets_may_be_loaded_by_foreign_pages(site: httpx.AsyncClient) -> None:
    response = await site.get("/widgets/guerdon.js", headers={"origin": "https://shop.example"})
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize(
    "path",
    [
        "/console/../secret.txt",
        "/console/%2e%2e/secret.txt",
        "/console/..%2fsecret.txt",
        "/console/assets/../../secret.txt",
        "/console/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/console//etc/passwd.txt",
        "/console/..%5csecret.txt",
        "/console/secret.txt%00.html",
        "/console/outside.txt",
        "/widgets/../secret.txt",
        "/widgets/%2e%2e/secret.txt",
        "/widgets/..%2f..%2f..%2f..%2fetc/passwd",
    ],
)
async def test_no_path_leads_out_of_the_folder(site: httpx.AsyncClient, path: str) -> None:
    # By hand, since clients tidy such paths before they send them.
    reader, writer = await asyncio.open_connection("127.0.0.1", site.base_url.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = (await asyncio.wait_for(reader.read(), 5)).decode()
    writer.close()
    assert answer.split()[1] in ("404", "400")
    assert "\r\n\r\nsecret" not in answer
    assert "root:" not in answer


async def test_a_console_that_is_not_built_is_404(tmp_path: Path) -> None:
    async with serving(create_app(settings(), {}, console=tmp_path / "none", widgets=tmp_path / "none")) as client:
        assert (await client.get("/console/")).status_code == 404
