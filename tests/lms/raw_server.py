"""A server on loopback that does with each connection whatever a test wants: nothing of HTTP is held to.

serving      run one while a test asks it
answering    what a decent one does
certificate  a certificate of our own making, for one that speaks TLS
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

LOOPBACK = "127.0.0.1"
_PATIENCE = 10.0  # seconds; a test that goes on for longer has failed
_RESET = struct.pack("ii", 1, 0)  # close without a word: the other side sees a reset


@dataclass
class Call:
    """One connection, from the server's side."""

    connection: socket.socket
    ended: threading.Event
    heard: bytes = b""

    def listen(self) -> bytes:
        """Return a whole request."""
        while b"\r\n\r\n" not in self.heard:
            self._more()
        head, _, body = self.heard.partition(b"\r\n\r\n")
        lengths = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        while len(body) < int(lengths[0] if lengths else 0):
            body += self._more()
        return self.heard

    def say(self, content: bytes) -> None:
        self.connection.sendall(content)

    def drip(self, content: bytes, *, every: float = 0.1) -> None:
        """Say it byte by byte."""
        for number in range(len(content)):
            if self.wait(every):
                return
            self.say(content[number : number + 1])

    def wait(self, seconds: float = _PATIENCE) -> bool:
        """Do nothing; return whether the server ends."""
        return self.ended.wait(seconds)

    def reset(self) -> None:
        """Cut the connection as a crash does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.connection.close()

    def _more(self) -> bytes:
        more = self.connection.recv(65536)
        if not more:
            raise ConnectionError
        self.heard += more
        return more


Talk: TypeAlias = "Callable[[Call], object]"


@dataclass
class Server:
    """*heard* are the requests, or what came of them; *calls* counts connections."""

    talk: Talk
    port: int
    scheme: str = "http"
    calls: int = 0
    heard: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.at(LOOPBACK)

    def at(self, host: str) -> str:
        """Return its address by another name."""
        return f"{self.scheme}://{host}:{self.port}/hook"


@contextmanager
def serving(talk: Talk, *, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve until the end of the block; *talk* is called for each connection, in a thread of its own.

    What it raises is raised when the block ends, but for a caller who hangs up.
    """
    ended, threads, faults = threading.Event(), list[threading.Thread](), list[Exception]()
    with socket.create_server((LOOPBACK, 0)) as listener:
        server = Server(talk, listener.getsockname()[1], "https" if tls else "http")
        listener.settimeout(0.05)  # it looks that often whether it shall end

        def take(connection: socket.socket) -> None:
            with suppress(OSError):  # whoever calls may hang up at any time
                connection.settimeout(_PATIENCE)
                spoken = tls.wrap_socket(connection, server_side=True) if tls else connection
                with spoken:
                    call = Call(spoken, ended)
                    try:
                        server.talk(call)
                    except OSError:
                        raise
                    except Exception as fault:  # noqa: BLE001 - for whoever runs the test
                        faults.append(fault)
                    finally:
                        server.heard.append(call.heard)
            connection.close()

        def accept() -> None:
            while not ended.is_set():
                with suppress(TimeoutError):
                    connection, _ = listener.accept()
                    server.calls += 1
                    threads.append(threading.Thread(target=take, args=(connection,), daemon=True))
                    threads[-1].start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield server
        finally:
            ended.set()
            accepting.join()
            for thread in threads:
                thread.join()
        for fault in faults:
            raise fault


def answering(status: int = 204, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Talk:
    """Return what a decent server does: it hears all of a request and answers it."""
    told = {"Content-Length": str(len(body)), "Connection": "close"} | dict(headers or {})
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())

    def talk(call: Call) -> None:
        call.listen()
        call.say(f"HTTP/1.1 {status} So\r\n{head}\r\n".encode("latin-1") + body)

    return talk


def saying(content: bytes) -> Talk:
    """Return what hears a request and says these bytes."""

    def talk(call: Call) -> None:
        call.listen()
        call.say(content)

    return talk


def certificate(folder: Path, host: str = LOOPBACK, *, valid: timedelta = timedelta(days=1)) -> tuple[Path, Path]:
    """Return the files of a new self-signed certificate, good for *host* until *valid* from now, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "receiver")])
    until = datetime.now(UTC) + valid
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        alternative = x509.DNSName(host)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=30))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def speaking_tls(files: tuple[Path, Path]) -> ssl.SSLContext:
    """Return how a server with this certificate speaks TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*files)
    return context
