"""Requests to hosts that others chose, attacked: by where they lead, by what surrounds us, by what is answered."""

from __future__ import annotations

import gzip
import os
import random
import socket
import threading
import time
import tracemalloc
import warnings
import zlib
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from grader.lms import connecting
from grader.lms.outgoing import MOST_BYTES, Outgoing, problem
from tests.lms.raw_server import LOOPBACK, Call, answering, certificate, saying, serving, speaking_tls

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from grader.lms.outgoing import Reply
    from tests.lms.raw_server import Talk

HERE = ("127.0.0.0/8",)
OPEN = "93.184.215.14"
CONNECT, TOTAL = 0.8, 1.5  # seconds
SLACK = 3.0  # seconds; two cores may be busy


@cache
def a_short_while(private: tuple[str, ...], authorities: str | None = None) -> Outgoing:
    """Return what asks, made once for each: reading all authorities takes a while."""
    return Outgoing(private, CONNECT, TOTAL, authorities=authorities)


def ask(url: str, private: Sequence[str] = HERE, authorities: Path | None = None) -> Reply:
    out = a_short_while(tuple(private), str(authorities) if authorities else None)
    return out.request("POST", url, headers={"X-Ours": "1"}, body=b"{}")


def told(reply: Reply) -> tuple[int | None, str]:
    return reply.status, reply.problem


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Have names looked up as told, each time the next, the last one ever after; return who was asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: object) -> list[Any]:
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        family = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in found]
        return [(family[n], socket.SOCK_STREAM, 6, "", (address, port)) for n, address in enumerate(found)]

    monkeypatch.setattr("grader.lms.connecting.socket.getaddrinfo", look_up)
    return asked


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return to which addresses connections were opened; none of them gets anywhere."""
    places: list[str] = []

    def refuse(place: tuple[Any, ...], _: float) -> socket.socket:
        places.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(connecting, "_open", refuse)
    return places


class TestWhere:
    SPELLINGS = ("127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.1", "0", "[::1]",
                 "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
                 "localhost", "LOCALHOST.", "169.254.169.254", "[fe80::1%25lo]", "0xa9fea9fe", "[::]",
                 "127.0.0.1.")  # fmt: skip

    @pytest.mark.parametrize("host", SPELLINGS)
    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_this_machine_is_not_asked_however_it_is_spelled(
        self, connected: list[str], scheme: str, host: str
    ) -> None:
        reply = ask(f"{scheme}://{host}:8080/", private=[])
        assert reply.status is None
        assert connected == []
        assert "a private address: only who runs this service can allow it (GRADER_PRIVATE_HOSTS)" in reply.problem or (
            "nobody knows this name" in reply.problem and host.endswith(".")
        )

    def test_a_server_on_this_machine_hears_nothing(self) -> None:
        with serving(answering()) as server:
            for host in (LOOPBACK, "localhost", "2130706433", "[::ffff:127.0.0.1]"):
                assert ask(server.at(host), private=[]).status is None
            assert server.calls == 0

    def test_a_name_that_leads_inside_is_not_asked(self, monkeypatch: pytest.MonkeyPatch, connected: list[str]) -> None:
        resolving(monkeypatch, ["10.0.0.7"])
        reply = ask("https://rebind.example/", private=[])
        assert reply.problem.startswith("rebind.example is at 10.0.0.7, a private address")
        assert connected == []

    def test_one_private_address_among_open_ones_is_one_too_many(
        self, monkeypatch: pytest.MonkeyPatch, connected: list[str]
    ) -> None:
        resolving(monkeypatch, [OPEN, "10.0.0.7"])
        assert "is at 10.0.0.7, a private address" in ask("https://mixed.example/", private=[]).problem
        assert connected == []

    def test_a_name_is_looked_up_once_and_that_very_address_is_connected_to(
        self, monkeypatch: pytest.MonkeyPatch, connected: list[str]
    ) -> None:
        asked = resolving(monkeypatch, [OPEN], [LOOPBACK])
        reply = ask("https://rebind.example/", private=[])
        assert reply.problem == "rebind.example can't be reached: it refused the connection"
        assert (asked, connected) == (["rebind.example"], [OPEN])

    def test_a_rebound_name_gets_one_answer_from_the_first_address_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with serving(answering(200)) as server:
            asked = resolving(monkeypatch, [LOOPBACK], ["10.0.0.7"])
            assert ask(server.at("rebind.example")).status == 200
            assert asked == ["rebind.example"]
            assert "is at 10.0.0.7, a private address" in ask(server.at("rebind.example")).problem

    def test_all_addresses_of_a_name_are_tried_in_turn(
        self, monkeypatch: pytest.MonkeyPatch, connected: list[str]
    ) -> None:
        resolving(monkeypatch, ["2606:4700:4700::1111", OPEN])
        ask("https://two.example/", private=[])
        assert connected == ["2606:4700:4700::1111", OPEN]

    def test_without_tls_nobody_is_asked_who_is_not_listed(
        self, monkeypatch: pytest.MonkeyPatch, connected: list[str]
    ) -> None:
        resolving(monkeypatch, [OPEN])
        said = "open.example must be asked by https://, what is sent there is nobody else's to read"
        assert ask("http://open.example/", private=[]).problem == said
        assert connected == []

    @pytest.mark.parametrize(
        "listed", [["127.0.0.1"], ["127.0.0.0/8"], ["localhost"], ["LocalHost."], ["::1", "127.0.0.1"]]
    )
    def test_what_the_operator_lists_is_asked(self, monkeypatch: pytest.MonkeyPatch, listed: list[str]) -> None:
        with serving(answering()) as server:
            resolving(monkeypatch, [LOOPBACK])
            assert told(ask(server.at("localhost"), private=listed)) == (204, "")

    @pytest.mark.parametrize(
        "url",
        ["", "x", "//x", "http://", "http:///x", "https://", "file:///etc/passwd", "gopher://127.0.0.1/", "http://[::1/",
         "http://127.0.0.1:99999/", "http://127.0.0.1:-1/", "http://a\x00b/", "http://a b/", "http://*.example/",
         "http://①②⑦.⓪.⓪.①/", f"http://{'a' * 70}.example/", f"http://{'a.' * 300}e/", "http://\ud800/",
         "http://me:pw@127.0.0.1/", "http://me@127.0.0.1/", "ldap://127.0.0.1/", "unix:///run/x", "HTTP+UNIX://x/"],
    )  # fmt: skip
    def test_what_is_no_address_is_told_and_not_raised(self, connected: list[str], url: str) -> None:
        reply = ask(url)
        assert reply.status is None
        assert reply.problem
        assert connected == []

    def test_a_name_that_nobody_answers_for_holds_up_this_request_for_as_long_as_connecting_may_take(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done = threading.Event()
        monkeypatch.setattr("grader.lms.connecting.socket.getaddrinfo", lambda *_, **__: done.wait(10) and [])
        reply = ask("https://silent.example/")
        done.set()
        assert reply.problem == "silent.example can't be reached: its name was not looked up within 0.8 s"
        assert reply.seconds < CONNECT + SLACK

    def test_a_host_that_takes_no_connection_is_left_after_a_while(self) -> None:
        with socket.create_server((LOOPBACK, 0), backlog=0) as full:
            waiting = [socket.socket() for _ in range(4)]
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            reply = ask(f"http://{LOOPBACK}:{full.getsockname()[1]}/")
            for one in waiting:
                one.close()
        assert reply.problem == "127.0.0.1 can't be reached: it took no connection within 0.8 s"
        assert reply.seconds < CONNECT + SLACK


class TestRedirects:
    @pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
    @pytest.mark.parametrize(
        "target", ["http://169.254.169.254/latest/meta-data", "/again", "http://[::1", "\xff\xfe", "file:///etc/passwd"]
    )
    def test_a_redirect_is_an_answer_and_never_followed(self, status: int, target: str) -> None:
        with serving(answering(status, {"Location": target}, b"elsewhere")) as server:
            reply = ask(server.url)
            assert told(reply) == (status, "")
            assert reply.body == b"elsewhere"
            assert server.calls == 1

    def test_sessions_for_libraries_follow_none_either(self) -> None:
        with (
            serving(answering(302, {"Location": "/again"})) as server,
            a_short_while(HERE).session() as session,
        ):
            assert session.get(server.url).status_code == 302
            assert server.calls == 1


class TestSurroundings:
    def test_no_proxy_of_the_environment_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with serving(answering(502)) as proxy, serving(answering(200)) as server:
            for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url)
            assert ask(server.url).status == 200
            assert proxy.calls == 0

    def test_no_password_of_a_netrc_is_sent(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text(f"machine {LOOPBACK} login me password secret\n")
        monkeypatch.setenv("NETRC", str(netrc))
        with serving(answering()) as server:
            ask(server.url)
        assert b"authorization" not in server.heard[0].lower()

    def test_no_authorities_of_the_environment_are_trusted(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        files = certificate(tmp_path)
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            monkeypatch.setenv(name, str(files[0]))
        with serving(answering(), tls=speaking_tls(files)) as server:
            assert "self-signed certificate" in ask(server.url).problem

    def test_no_cookie_comes_back_and_none_is_even_read(self) -> None:
        cookies = {"Set-Cookie": "a=b; Path=/; Expires=Fri, 01 Nay 2026 12:00:00 GMT"}
        out = a_short_while(HERE)
        with serving(answering(200, cookies)) as server, warnings.catch_warnings():
            warnings.simplefilter("error")
            for _ in range(2):
                assert out.request("GET", server.url, headers={}).status == 200
            with out.session() as session:
                session.get(server.url)
                session.get(server.url)
        assert not [heard for heard in server.heard if b"cookie" in heard.lower()]

    def test_a_request_says_what_it_must_and_nothing_of_ours(self) -> None:
        with serving(answering()) as server:
            ask(server.url)
        head = server.heard[0].partition(b"\r\n\r\n")[0].decode()
        names = [line.partition(":")[0] for line in head.split("\r\n")[1:]]
        expected = {"Host", "User-Agent", "Accept-Encoding", "Accept", "Connection", "X-Ours", "Content-Length"}
        assert set(names) <= expected
        assert "Accept-Encoding: identity" in head

    def test_each_request_has_a_connection_of_its_own(self) -> None:
        out = a_short_while(HERE)
        with serving(answering(200, {"Connection": "keep-alive"})) as server:
            for _ in range(3):
                out.request("GET", server.url, headers={})
            assert server.calls == 3

    def test_no_descriptor_is_left_open_whatever_came(self) -> None:
        for talk in (
            answering(200),
            saying(b"garbage\r\n\r\n"),
            Call.listen,
            saying(b"HTTP/1.1 200 OK\r\n\r\n" + SPAM),
        ):
            with serving(talk) as server:
                ask(server.url)
                before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted, not walked
                for _ in range(5):
                    ask(server.url)
                deadline = time.monotonic() + 5
                while len(os.listdir("/proc/self/fd")) > before and time.monotonic() < deadline:  # noqa: PTH208
                    time.sleep(0.02)  # the server's own half closes in its threads
                assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208


SPAM = b"x" * 2**20
OK = b"HTTP/1.1 200 OK\r\n"


def forever(start: bytes, more: bytes) -> Talk:
    def talk(call: Call) -> None:
        call.listen()
        call.say(start)
        while True:
            call.say(more)

    return talk


def dripping(start: bytes, rest: bytes) -> Talk:
    def talk(call: Call) -> None:
        call.listen()
        call.say(start)
        call.drip(rest)

    return talk


def silent(call: Call) -> None:
    call.listen()
    call.wait()


def cut(start: bytes) -> Talk:
    def talk(call: Call) -> None:
        call.listen()
        call.say(start)
        call.reset()

    return talk


NO_HTTP, CUT = "what it answered is no HTTP", "the connection was cut before an answer came"
LATE, HALF = "no answer came in time", "it answered 200, but not to the end"
LATE_BODY = f"{HALF} within 1.5 s"
BAD_ANSWERS: dict[str, tuple[Talk, str]] = {
    "none": (silent, LATE),
    "not even heard": (Call.wait, LATE),
    "a line by drops": (dripping(b"", OK + b"X-A: 1\r\n" * 9), LATE),
    "headers by drops": (dripping(OK, b"X-A: 1\r\n" * 20), LATE),
    "a body by drops": (dripping(OK + b"Content-Length: 300\r\n\r\n", b"x" * 300), LATE_BODY),
    "chunks by drops": (dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 50), LATE_BODY),
    "a line without end": (forever(b"", b"x" * 9999), NO_HTTP),
    "a header without end": (forever(OK + b"X: ", b"x" * 9999), NO_HTTP),
    "headers without end": (forever(OK, b"X-A: 1\r\n" * 999), NO_HTTP),
    "continue without end": (forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99), LATE),
    "continue and headers without end": (forever(b"HTTP/1.1 100 Continue\r\n", b"X: y\r\n" * 999), NO_HTTP),
    "reset": (cut(b""), CUT),
    "reset within a line": (cut(b"HTT"), CUT),
    "reset within a body": (cut(OK + b"Content-Length: 300\r\n\r\nab"), HALF),
    "hung up": (saying(b""), CUT),
    "too short": (saying(OK + b"Content-Length: 10\r\n\r\nabc"), HALF),
    "garbage": (saying(b"\x00\x01\x02\xff" * 100), NO_HTTP),
    "another protocol": (saying(b"SSH-2.0-OpenSSH_9.6\r\n"), NO_HTTP),
    "HTTP/2": (saying(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), NO_HTTP),
    "HTTP/0.9": (saying(b"hello\n"), NO_HTTP),
    "a status of five digits": (saying(b"HTTP/1.1 99999 x\r\n\r\n"), NO_HTTP),
    "a status below none": (saying(b"HTTP/1.1 -50 x\r\n\r\n"), NO_HTTP),
    "no chunk's length": (saying(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), HALF),
    "a chunk of 16 TB": (saying(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\nabc"), HALF),
    "no gzip": (saying(OK + b"Content-Encoding: gzip\r\n\r\nabc"), HALF),
    "gzip twenty times": (saying(OK + b"Content-Encoding: " + b", ".join([b"gzip"] * 20) + b"\r\n\r\nabc"), HALF),
    "two lengths": (
        saying(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"),
        "Content-Length contained multiple unmatching values (5, 6)",
    ),
}


@pytest.mark.parametrize(("talk", "says"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_a_bad_answer_is_none_and_is_told_in_time(talk: Talk, says: str) -> None:
    with serving(talk) as server:
        reply = ask(server.url)
    assert told(reply) == (None, says)
    assert reply.seconds < TOTAL + SLACK


GOOD_ENOUGH: dict[str, tuple[bytes, int, bytes]] = {
    "no length": (OK + b"\r\nabc", 200, b"abc"),
    "a length below none": (OK + b"Content-Length: -6\r\n\r\nabc", 200, b"abc"),
    "a length in words": (OK + b"Content-Length: three\r\n\r\nabc", 200, b"abc"),
    "an early hint": (b"HTTP/1.1 103 Early Hints\r\n\r\n", 103, b""),
    "after a continue": (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na", 200, b"a"),
    "another protocol offered": (b"HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n", 101, b""),
    "a body where none may be": (b"HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\nabc", 204, b""),
    "an unknown charset": (OK + b"Content-Type: text/html; charset=\xff\r\nContent-Length: 1\r\n\r\na", 200, b"a"),
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\n\r\nabc", 200, b"abc"),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", 200, b"abc"),
}


@pytest.mark.parametrize(("content", "status", "body"), GOOD_ENOUGH.values(), ids=GOOD_ENOUGH)
def test_an_odd_answer_is_one(content: bytes, status: int, body: bytes) -> None:
    with serving(saying(content)) as server:
        reply = ask(server.url)
    assert (reply.status, reply.body, reply.problem) == (status, body, "")


def _zstd(content: bytes) -> bytes:
    zstd = pytest.importorskip("backports.zstd", reason="no zstd here, so none is understood")
    packed: bytes = zstd.compress(content)
    return packed


def _brotli(content: bytes) -> bytes:
    packed: bytes = pytest.importorskip("brotli", reason="no brotli here, so none is understood").compress(
        content, quality=1
    )
    return packed


def test_who_says_nothing_else_waits_three_seconds_for_a_connection_and_fifteen_for_an_answer() -> None:
    out = Outgoing()
    assert (out._connect_seconds, out._total_seconds) == (3, 15)


class TestSizes:
    def test_of_ten_megabytes_four_kilobytes_are_read_and_kept(self) -> None:
        with serving(answering(200, body=b"x" * 10_000_000)) as server:
            reply = ask(server.url)
        assert (reply.status, reply.body, reply.cut) == (200, b"x" * MOST_BYTES, True)

    def test_a_body_without_end_is_left(self) -> None:
        with serving(forever(OK + b"\r\n", SPAM)) as server:
            reply = ask(server.url)
        assert (reply.status, len(reply.body), reply.cut) == (200, MOST_BYTES, True)
        assert reply.seconds < SLACK

    def test_what_just_fits_is_whole(self) -> None:
        with serving(answering(200, body=b"x" * MOST_BYTES)) as server:
            reply = ask(server.url)
        assert (len(reply.body), reply.cut) == (MOST_BYTES, False)

    @pytest.mark.parametrize(
        ("coding", "pack"),
        [
            ("gzip", gzip.compress),
            ("deflate", zlib.compress),
            ("gzip, gzip", lambda content: gzip.compress(gzip.compress(content))),
            ("br", _brotli),
            ("zstd", _zstd),
        ],
        ids=["gzip", "deflate", "gzip twice", "brotli", "zstd"],
    )
    def test_a_bomb_costs_a_few_kilobytes(self, coding: str, pack: Callable[[bytes], bytes]) -> None:
        packed = pack(bytes(100_000_000))
        with serving(answering(200, {"Content-Encoding": coding}, packed)) as server:
            tracemalloc.start()
            try:
                reply = ask(server.url)
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
        assert (reply.status, reply.body, reply.cut) == (200, bytes(MOST_BYTES), True)
        assert peak < 2_000_000

    def test_a_library_is_told_of_too_much_instead_of_being_given_half(self) -> None:
        with serving(answering(200, body=b"x" * 11)) as server, a_short_while(HERE).session(10) as session:
            with pytest.raises(Exception, match="with more than 10 bytes") as raised:
                session.get(server.url)
            assert problem(raised.value) == "it answered 200 with more than 10 bytes"


class TestTls:
    def test_who_is_who_they_say_is_asked(self, tmp_path: Path) -> None:
        files = certificate(tmp_path)
        with serving(answering(200), tls=speaking_tls(files)) as server:
            assert told(ask(server.url, authorities=files[0])) == (200, "")

    @pytest.mark.parametrize(
        ("host", "valid", "is_known", "says"),
        [
            (LOOPBACK, timedelta(days=1), False, "self-signed certificate"),
            (LOOPBACK, -timedelta(days=1), True, "certificate has expired"),
            ("10.9.8.7", timedelta(days=1), True, "IP address mismatch, certificate is not valid for '127.0.0.1'"),
            ("other.example", timedelta(days=1), True, "IP address mismatch, certificate is not valid for '127.0.0.1'"),
        ],
        ids=["self-signed", "expired", "another address", "another name"],
    )
    def test_who_is_not_is_sent_nothing(
        self, tmp_path: Path, host: str, valid: timedelta, says: str, *, is_known: bool
    ) -> None:
        files = certificate(tmp_path, host, valid=valid)
        with serving(answering(200), tls=speaking_tls(files)) as server:
            reply = ask(server.url, authorities=files[0] if is_known else None)
        assert told(reply) == (None, f"the certificate of 127.0.0.1 is not good: {says}")
        assert not any(server.heard)

    def test_a_library_that_wants_no_certificate_verified_has_it_verified(self, tmp_path: Path) -> None:
        with (
            serving(answering(200), tls=speaking_tls(certificate(tmp_path))) as server,
            a_short_while(HERE).session() as session,
        ):
            with pytest.raises(Exception, match="self-signed certificate"):
                session.get(server.url, verify=False)
            with pytest.raises(Exception, match="self-signed certificate"):
                session.get(server.url, proxies={"https": "http://127.0.0.1:1/"})
        assert not any(server.heard)

    def test_the_name_that_was_asked_for_is_the_one_that_counts(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        files = certificate(tmp_path, "hooks.example")
        resolving(monkeypatch, [LOOPBACK])
        with serving(answering(200), tls=speaking_tls(files)) as server:
            assert ask(server.at("hooks.example"), authorities=files[0]).status == 200
            assert "Hostname mismatch" in ask(server.at("evil.example"), authorities=files[0]).problem

    @pytest.mark.parametrize(
        ("talk", "says"),
        [
            (saying(b""), "127.0.0.1 did not agree on TLS within 0.8 s"),  # it waits for the end of a request
            (
                lambda call: call.drip(b"\x16\x03\x03\x20\x00" + b"\x02" * 999, every=0.05),
                "did not agree on TLS within",
            ),
            (lambda call: call.say(b"HTTP/1.1 400 No\r\n\r\n"), "TLS with 127.0.0.1 failed: wrong version number"),
            (lambda call: call.say(b"\x15\x03\x03\x00\x02\x02\x28"), "TLS with 127.0.0.1 failed: "),
            (lambda call: (call.connection.recv(1), call.reset()), "TLS with 127.0.0.1 failed: "),
            (lambda call: call.connection.recv(1), "TLS with 127.0.0.1 failed: "),
        ],
        ids=["silence", "drops", "no TLS", "an alert", "a reset", "the end"],
    )
    def test_a_handshake_that_fails_is_told_in_time(self, talk: Talk, says: str) -> None:
        with serving(talk) as server:
            reply = ask(server.url.replace("http:", "https:"))
        assert reply.status is None
        assert says in reply.problem
        assert reply.seconds < CONNECT + SLACK

    def test_time_has_an_end_inside_tls_too(self, tmp_path: Path) -> None:
        files = certificate(tmp_path)
        with serving(dripping(OK + b"Content-Length: 300\r\n\r\n", b"x" * 300), tls=speaking_tls(files)) as server:
            reply = ask(server.url, authorities=files[0])
        assert told(reply) == (None, LATE_BODY)
        assert reply.seconds < TOTAL + SLACK


def test_what_is_said_of_a_fault_rewrites_no_terminal() -> None:
    content = OK + b"Content-Length: 5\r\nContent-Length: \x1b[31m6" + b"9" * 3000 + b"\r\n\r\nabcdef"
    with serving(saying(content)) as server:
        said = ask(server.url).problem
    assert said.isprintable()
    assert len(said) <= 500


SEEDS = (
    OK + b"Content-Length: 3\r\nRetry-After: 120\r\nDate: Fri, 01 May 2026 12:00:00 GMT\r\n\r\nabc",
    b"HTTP/1.1 302 Found\r\nLocation: https://x.example:80/a?b#c\r\nSet-Cookie: a=b; Path=/\r\n\r\n",
    OK + b"Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Type: text/html; charset=utf-16\r\n\r\nabc',
)


def _spoilt(chance: random.Random) -> bytes:
    content = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(len(content))
        match chance.randrange(3):
            case 0:
                content[place] = chance.randrange(256)
            case 1:
                more = (b"9" * 25, b"\r\n", b"\0", b"\xff", b": ", b", ", b"[", b"-", b"//")
                content[place:place] = chance.choice(more)
            case _:
                del content[place : place + chance.randint(1, 6)]
    return bytes(content)


@pytest.mark.parametrize("seed", range(4))
def test_no_spoilt_answer_raises(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret

    def talk(call: Call) -> None:
        saying(_spoilt(chance))(call)

    with serving(talk) as server:
        for _ in range(100):
            reply = ask(server.url)
            assert (reply.status is None) == bool(reply.problem)
