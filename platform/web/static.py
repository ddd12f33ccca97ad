"""Built files: the console, whose unknown paths are the page itself, and the widgets, which other sites load."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from web.middleware import content_security_policy

NONCE = "__CSP_NONCE__"
"""Stands in a page where the answer's nonce goes (Vite's `html.cspNonce` writes it)."""

# As Vite puts it before the extension: eight characters, not all of them small letters as a word's would be.
_HASHED = re.compile(r"[.-](?=[a-z-]*[A-Z0-9_])[A-Za-z0-9_-]{8}\.[a-z0-9]+(\.map)?$")
_FOR_EVER = "public, max-age=31536000, immutable"
_ENCODINGS = {"br": ".br", "gzip": ".gz"}


class BuiltFiles(StaticFiles):
    """Files with ETag, kept for ever if their name has a hash, and served as `.br` or `.gz` where these lie beside."""

    def __init__(self, directory: Path, *, headers: Mapping[str, str] | None = None, max_age: int = 0) -> None:
        super().__init__(directory=directory, html=False, check_dir=False)
        # A face that is not built (yet) is 404 rather than an error of the server.
        self.config_checked = True
        self._headers = dict(headers or {})
        self._max_age = max_age

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file, or its compressed twin if the client takes that."""
        path, encoding = _twin(os.fspath(full_path), Headers(scope=scope).get("accept-encoding", ""))
        if encoding is not None:
            stat_result = os.stat(path)  # noqa: PTH116 - as Starlette hands it to us
        response = super().file_response(path, stat_result, scope, status_code)
        name = os.path.basename(full_path)  # noqa: PTH119 - likewise
        kept = (
            _FOR_EVER if _HASHED.search(name) else f"public, max-age={self._max_age}" if self._max_age else "no-cache"
        )
        response.headers.update({**self._headers, "cache-control": kept, "vary": "Accept-Encoding"})
        if encoding is not None and response.status_code != 304:
            response.headers["content-encoding"] = encoding
            response.headers["content-type"] = _media_type(name)
        return response


class SinglePage(BuiltFiles):
    """The files of one page with a router of its own: a path that is no file is answered with the page."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at `path`, else the page."""
        if path in (".", "index.html") and scope["method"] in ("GET", "HEAD"):
            return self._page()
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or not _is_route(path):
                raise
            return self._page()

    def _page(self) -> Response:
        page = Path(str(self.directory), "index.html")
        if not page.is_file():
            raise HTTPException(404, "This part is not built.")
        nonce = secrets.token_urlsafe(16)
        headers = {
            **self._headers,
            "cache-control": "no-cache",
            "content-security-policy": content_security_policy(style_nonce=nonce),
        }
        return Response(page.read_text("utf-8").replace(NONCE, nonce), headers=headers, media_type="text/html")


def _is_route(path: str) -> bool:
    """Whether a path that is no file may be one of the page's own: no extension, and nothing that leads out."""
    return not path.startswith("..") and "." not in path.rsplit("/", 1)[-1]


WIDGET_HEADERS = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
"""What lets a merchant's page load a module from us."""


def _twin(path: str, accepted: str) -> tuple[str, str | None]:
    offered = {item.partition(";")[0].strip() for item in accepted.split(",") if not _refused(item)}
    for encoding, suffix in _ENCODINGS.items():
        if encoding in offered and Path(path + suffix).is_file():
            return path + suffix, encoding
    return path, None


def _refused(item: str) -> bool:
    return re.search(r";\s*q=0(\.0*)?\s*$", item) is not None


def _media_type(name: str) -> str:
    known = {"js": "text/javascript", "css": "text/css", "html": "text/html", "svg": "image/svg+xml"}
    extension = name.rpartition(".")[2]
    kind = known.get(extension, "application/json" if extension in ("json", "map") else "application/octet-stream")
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
