"""Outgoing HTTP against real local servers: where it goes, where it does not, and what it reads."""

from __future__ import annotations

import asyncio
import datetime
import ssl
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kit.outbound import NotAllowed, Outbound, TooLarge, Unreachable, is_public

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


class Names:
    """A resolver whose answers change from call to call; the last one stays."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Server:
    """A server that keeps the head of each request and answers with given bytes."""

    def __init__(self, answer: bytes, hang: bool = False) -> None:
        self.answer = answer
        self.hang = hang
        self.heads: list[str] = []
        self.server_names: list[str | None] = []
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(self.answer)
            await writer.drain()
            if self.hang:
                await reader.read()  # until the client goes away
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(
    answer: bytes = OK, *, address: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None,
    hang: bool = False,
) -> AsyncIterator[Server]:  # fmt: skip
    server = Server(answer, hang)
    if tls is not None:
        tls.sni_callback = lambda _socket, name, _context: server.server_names.append(name)
    listening = await asyncio.start_server(server.handle, address, port, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server


def local(*answers: Sequence[str], **options: object) -> Outbound:
    names = Names(*(answers or (["127.0.0.1"],)))
    return Outbound(allow_private=True, resolver=names, **options)  # type: ignore[arg-type]


async def test_request_carries_the_name_and_the_body() -> None:
    async with serving() as server:
        url = f"http://hooks.example:{server.port}/in?x=1"
        answer = await local().send("POST", url, {"x-a": "b"}, b'{"n":1}')
    assert (answer.status, answer.body) == (200, b"ok")
    head = server.heads[0].lower()
    assert head.startswith("post /in?x=1 http/1.1\r\n")
    assert f"\r\nhost: hooks.example:{server.port}\r\n" in head
    assert "\r\ncontent-length: 7\r\n" in head
    assert "\r\nx-a: b\r\n" in head


async def test_connection_goes_to_the_address_that_was_checked_though_the_answer_changes() -> None:
    async with serving() as first, serving(address="127.0.0.2", port=first.port) as second:
        names = Names(["127.0.0.2"], ["127.0.0.1"])
        outbound = Outbound(allow_private=True, resolver=names)
        await outbound.send("GET", f"http://hooks.example:{first.port}/", {})
    assert names.asked == ["hooks.example"]
    assert (len(first.heads), len(second.heads)) == (0, 1)


async def test_answer_that_turned_private_is_refused_before_any_connection() -> None:
    async with serving() as server:
        outbound = Outbound(resolver=Names(["93.184.216.34"], ["127.0.0.1"]))
        url = f"https://hooks.example:{server.port}/"
        await outbound.check(url)
        with pytest.raises(NotAllowed, match="public internet"):
            await outbound.send("GET", url, {})
    assert server.heads == []


async def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(NotAllowed):
        await Outbound(resolver=Names(["93.184.216.34", "10.0.0.1"])).check("https://hooks.example/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]"]
)
async def test_this_machine_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises((NotAllowed, Unreachable)):
        await Outbound().check(f"https://{host}/")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True), ("64:ff9b::808:808", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("0.0.0.0", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("192.0.0.8", False), ("192.0.2.1", False),
        ("198.18.0.1", False), ("224.0.0.1", False), ("240.0.0.1", False), ("255.255.255.255", False),
        ("::", False), ("::1", False), ("::ffff:10.0.0.1", False), ("::127.0.0.1", False), ("fe80::1%eth0", False),
        ("fd00::1", False), ("ff02::1", False), ("2001:db8::1", False), ("2002:7f00:1::", False),
        ("64:ff9b::a00:1", False), ("64:ff9b:1::1", False), ("2001:0:1::1", False), ("name", False), ("", False),
        ("fec0::1", False), ("3fff::1", False), ("5f00::1", False), ("4000::1", False), ("192.88.99.1", False),
        ("::ffff:0:10.0.0.1", False), ("2620:4f:8000::1", True), ("192.31.196.1", True),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "url", ["http://hooks.example/", "ftp://hooks.example/", "file:///etc/passwd", "https://u:p@hooks.example/",
            "https://u@hooks.example/", "https:///x", "hooks.example", "", "https://[", "https://hooks.example:99999/",
            "https://hooks.example:0/", "https://a\x00b/", "https://a.example/\ud800"]
)  # fmt: skip
async def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(NotAllowed):
        await Outbound(resolver=Names(["93.184.216.34"])).check(url)


async def test_redirect_is_an_answer_and_not_followed() -> None:
    async with serving() as inside:
        location = f"http://127.0.0.1:{inside.port}/secret".encode()
        redirect = b"HTTP/1.1 302 Found\r\nlocation: " + location + b"\r\ncontent-length: 0\r\n\r\n"
        async with serving(redirect) as server:
            answer = await local().send("GET", f"http://hooks.example:{server.port}/", {})
    assert answer.status == 302
    assert inside.heads == []


async def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving() as proxy, serving() as server:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        await local().send("GET", f"http://hooks.example:{server.port}/", {})
    assert (len(proxy.heads), len(server.heads)) == (0, 1)


async def test_large_answer_is_cut_off() -> None:
    endless = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"800\r\n" + b"x" * 2048 + b"\r\n"
    async with serving(endless, hang=True) as server:
        with pytest.raises(TooLarge, match="1024"):
            await local(body_bytes_max=1024).send("GET", f"http://hooks.example:{server.port}/", {})


async def test_compressed_answer_is_not_unpacked() -> None:
    packed = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x8b\x08\x00"
    async with serving(packed) as server:
        answer = await local().send("GET", f"http://hooks.example:{server.port}/", {})
    assert answer.body == b"\x1f\x8b\x08\x00"
    assert "accept-encoding: identity" in server.heads[0].lower()


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\ndrip"])
async def test_slow_answer_is_given_up(said: bytes) -> None:
    async with serving(said, hang=True) as server:
        with pytest.raises(Unreachable, match=r"within 0\.2 seconds"):
            await local(seconds_max=0.2).send("GET", f"http://hooks.example:{server.port}/", {})


async def test_what_does_not_answer_is_unreachable() -> None:
    async with serving() as server:
        port = server.port
    with pytest.raises(Unreachable):
        await local().send("GET", f"http://hooks.example:{port}/", {})
    with pytest.raises(Unreachable, match="does not resolve"):
        await local([]).send("GET", "http://hooks.example/", {})
    async with serving(b"nonsense\r\n\r\n") as server:
        with pytest.raises(Unreachable):
            await local().send("GET", f"http://hooks.example:{server.port}/", {})


async def test_certificate_is_checked_against_the_name_not_the_address(tmp_path: Path) -> None:
    server_tls, client_tls = certificate("hooks.example", tmp_path)
    async with serving(tls=server_tls) as server:
        url = f"https://hooks.example:{server.port}/"
        answer = await local(tls=client_tls).send("GET", url, {})
        assert answer.status == 200
        assert server.server_names == ["hooks.example"]
        with pytest.raises(Unreachable, match=r"(?i)certificate"):
            await local(tls=client_tls).send("GET", url.replace("hooks", "other"), {})
        with pytest.raises(Unreachable, match=r"(?i)certificate"):
            await local().send("GET", url, {})
    assert len(server.heads) == 1


def certificate(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for `name`, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - day).not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    (folder / "both.pem").write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "both.pem")
    return server, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())


async def test_names_that_are_slow_to_resolve_take_nobody_elses_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that does not answer blocks a thread for as long as the system's resolver waits."""
    answered = threading.Event()

    def unanswered(*_arguments: object, **_options: object) -> list[object]:
        answered.wait()
        return []

    monkeypatch.setattr("socket.getaddrinfo", unanswered)
    try:
        asking = [asyncio.create_task(Outbound().check("https://slow.example/")) for _ in range(100)]
        await asyncio.sleep(0)  # all of them have asked: more than there are threads for everything else
        other = asyncio.create_task(asyncio.to_thread(lambda: "done"))
        await asyncio.wait([other, *asking], return_when=asyncio.FIRST_COMPLETED)
        assert other.done(), "it was there before they gave up"
    finally:
        answered.set()
    outcomes = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Unreachable}
