"""Which addresses are asked: none of our own networks, however it is written and whoever says it."""

from __future__ import annotations

import ipaddress

import pytest

from grader.domain.errors import BadSettings
from grader.lms.addresses import Listed, is_open

PRIVATE = {
    "this machine": "127.0.0.1",
    "this machine, too": "127.255.255.254",
    "no address": "0.0.0.0",  # noqa: S104 - nothing binds to it here
    "this network": "0.1.2.3",
    "private 10": "10.0.0.1",
    "private 172": "172.16.0.1",
    "the end of private 172": "172.31.255.255",
    "private 192": "192.168.1.1",
    "link-local": "169.254.0.1",
    "a cloud's metadata": "169.254.169.254",
    "Alibaba's metadata": "100.100.100.200",
    "carriers' NAT": "100.64.0.1",
    "protocols": "192.0.0.8",
    "Oracle's metadata": "192.0.0.192",
    "documentation 1": "192.0.2.1",
    "documentation 2": "198.51.100.1",
    "documentation 3": "203.0.113.1",
    "relays of 6to4": "192.88.99.1",
    "benchmarks": "198.18.0.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "IPv6's this machine": "::1",
    "IPv6's no address": "::",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped private": "::ffff:10.0.0.1",
    "mapped open": "::ffff:93.184.215.14",
    "compatible": "::127.0.0.1",
    "translated (SIIT)": "::ffff:0:10.0.0.1",
    "NAT64 of loopback": "64:ff9b::7f00:1",
    "NAT64 of metadata": "64:ff9b::a9fe:a9fe",
    "NAT64 of an open one": "64:ff9b::5db8:d70e",
    "a network's own NAT64": "64:ff9b:1::a00:1",
    "6to4 of loopback": "2002:7f00:1::",
    "6to4 of private 10": "2002:a00:1::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "Teredo of loopback": "2001::80ff:fffe",
    "benchmarks, IPv6": "2001:2::1",
    "ORCHID": "2001:20::1",
    "documentation, IPv6": "2001:db8::1",
    "new documentation, IPv6": "3fff::1",
    "segment routing": "5f00::1",
    "unique local": "fd00::1",
    "Amazon's metadata, IPv6": "fd00:ec2::254",
    "link-local, IPv6": "fe80::1",
    "link-local with its zone": "fe80::1%1",
    "site-local": "fec0::1",
    "multicast, IPv6": "ff02::1",
    "discarded": "100::1",
    "not given to anybody": "4000::1",
}

OPEN = ["93.184.215.14", "1.1.1.1", "172.15.255.255", "172.32.0.1", "192.169.0.1", "100.63.255.255", "100.128.0.1",
        "2606:4700:4700::1111", "2a00:1450:4001:827::200e"]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE.values(), ids=PRIVATE)
def test_what_leads_inside_is_not_open(address: str) -> None:
    assert not is_open(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OPEN)
def test_the_internet_is_open(address: str) -> None:
    assert is_open(ipaddress.ip_address(address))


class TestListed:
    @pytest.mark.parametrize(
        ("entries", "host", "address", "expected"),
        [
            (["moodle.internal"], "moodle.internal", "10.1.2.3", True),
            (["Moodle.Internal."], "MOODLE.internal", "10.1.2.3", True),
            (["moodle.internal"], "moodle.internal.", "10.1.2.3", True),
            (["moodle.internal"], "evil-moodle.internal", "10.1.2.3", False),
            (["moodle.internal"], "a.moodle.internal", "10.1.2.3", False),
            (["moodle.internal"], "moodle.internal.evil.example", "10.1.2.3", False),
            (["10.1.0.0/16"], "any.example", "10.1.2.3", True),
            (["10.1.0.0/16"], "any.example", "10.2.2.3", False),
            (["10.1.0.0/16"], "any.example", "::ffff:10.1.2.3", True),
            (["10.1.0.0/16"], "any.example", "::ffff:10.2.2.3", False),
            (["10.1.2.3"], "any.example", "10.1.2.3", True),
            (["10.1.2.3"], "10.1.2.3", "10.1.2.4", False),
            (["fd00::/8"], "any.example", "fd12::1", True),
            (["127.0.0.1"], "localhost", "::1", False),
            ([" 10.1.2.3 ", ""], "any.example", "10.1.2.3", True),
            ([], "", "10.1.2.3", False),
        ],
    )
    def test_a_host_is_listed_by_its_name_or_its_network_and_by_nothing_like_it(
        self, entries: list[str], host: str, address: str, *, expected: bool
    ) -> None:
        assert Listed.read(entries).has(host, ipaddress.ip_address(address)) is expected

    @pytest.mark.parametrize("entry", ["10.1.2.3/16", "10.1.0.0/33", "fd00::/129", "moodle.internal:8080", "a/b"])
    def test_what_looks_like_a_network_and_is_none_stops_the_start(self, entry: str) -> None:
        with pytest.raises(BadSettings, match="which is no network: write it like"):
            Listed.read([entry])
