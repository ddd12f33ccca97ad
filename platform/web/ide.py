"""A small page to try queries on in development: our own files only, as the content security policy demands."""

from __future__ import annotations

from html import escape
from pathlib import Path

from starlette.responses import Response
from starlette.routing import Mount

from web.static import BuiltFiles

PATH = "/_ide"
_ASSETS = Path(__file__).parent / "assets"


def page(endpoint: str) -> Response:
    """The page for the endpoint at the path `endpoint`."""
    html = (_ASSETS / "ide.html").read_text("utf-8").replace("{{endpoint}}", escape(endpoint, quote=True))
    return Response(html, headers={"cache-control": "no-store"}, media_type="text/html")


def assets() -> Mount:
    """The route of the page's script and style."""
    return Mount(PATH, BuiltFiles(_ASSETS))
