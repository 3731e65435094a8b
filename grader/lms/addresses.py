"""Which addresses of the Internet may be asked when somebody else chose them.

Only what is out in the open: an address inside our own networks, or one that leads there by another way of writing
it, answers to us what it would never answer to who chose it.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from requests_hardened.ip_filter import EXTRA_BLOCKED_NET_RANGES

from grader.domain.errors import BadSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_OPEN_IPV6 = ipaddress.ip_network("2000::/3")
"""All that is routed on the IPv6 Internet; mapped, translated (64:ff9b::) and compatible addresses lie outside."""

_BARRED: tuple[Network, ...] = (
    *EXTRA_BLOCKED_NET_RANGES,
    ipaddress.ip_network("2001::/23"),  # protocols' own, Teredo among them: holds an IPv4 address
    ipaddress.ip_network("2002::/16"),  # 6to4: the same
    ipaddress.ip_network("192.88.99.0/24"),  # its relays
)


def is_open(address: Address) -> bool:
    """Whether *address* is one of the open Internet.

    >>> [is_open(ipaddress.ip_address(text)) for text in ("93.184.215.14", "169.254.169.254", "::ffff:8.8.8.8")]
    [True, False, False]
    """
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    if address.version == 6 and address not in _OPEN_IPV6:  # noqa: PLR2004 - the version's name
        return False
    return not any(address in network for network in _BARRED if network.version == address.version)


@dataclass(frozen=True)
class Listed:
    """The hosts and networks that the operator lets us ask, although they are private or speak without TLS."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def read(cls, entries: Iterable[str]) -> Listed:
        """Return what names, addresses and networks list; BadSettings when one looks like a network and is none.

        >>> Listed.read(["moodle.internal", "10.1.0.0/16"]).has("any.example", ipaddress.ip_address("10.1.2.3"))
        True
        """
        names, networks = set[str](), list[Network]()
        for entry in filter(None, (entry.strip() for entry in entries)):
            try:
                networks.append(ipaddress.ip_network(entry))
            except ValueError as error:
                if "/" in entry or ":" in entry:
                    raise BadSettings(
                        f"GRADER_PRIVATE_HOSTS lists {entry}, which is no network: write it like 10.1.0.0/16 ({error})"
                    ) from None
                names.add(_plain(entry))
        return cls(frozenset(names), tuple(networks))

    def has(self, host: str, address: Address) -> bool:
        """Whether *host*, found at *address*, is listed by its name or by its network."""
        if address.version == 6 and (inner := address.ipv4_mapped) is not None:  # noqa: PLR2004 - the version's name
            address = inner
        return _plain(host) in self.names or any(address in network for network in self.networks)


def _plain(host: str) -> str:
    return host.rstrip(".").lower()
