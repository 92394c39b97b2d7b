"""Which addresses a connection may reach, after un-mapping."""

from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver

from smartapp.gateway.addresses import AddressPolicy, unmap
from smartapp.gateway.resolver import AddressRefused, PolicyResolver, check_address, refused

PUBLIC = AddressPolicy()
SANDBOX = AddressPolicy(loopback=("localhost", 9000), plain=True)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("127.0.0.1", "loopback"),
        ("127.8.9.1", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::127.0.0.1", "loopback"),
        ("::ffff:0:127.0.0.1", "loopback"),
        ("64:ff9b::7f00:1", "loopback"),
        ("2002:7f00:1::", "loopback"),
        ("169.254.169.254", "metadata service"),
        ("168.63.129.16", "metadata service"),
        ("100.100.100.200", "metadata service"),
        ("fd00:ec2::254", "metadata service"),
        ("::ffff:169.254.169.254", "metadata service"),
        ("2002:a9fe:a9fe::", "metadata service"),
        ("169.254.7.7", "link-local"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("0.0.0.7", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("::", "unspecified"),
        ("255.255.255.255", "reserved"),
        ("240.0.0.1", "reserved"),
        ("192.0.0.8", "reserved"),
        ("198.18.0.1", "reserved"),
        ("2001:db8::1", "reserved"),
        ("64:ff9b:1::1", "reserved"),
        ("4000::1", "reserved"),
        ("10.1.2.3", "private"),
        ("172.31.255.255", "private"),
        ("192.168.0.1", "private"),
        ("100.64.0.1", "private"),
        ("fc00::1", "private"),
        ("fec0::1", "private"),
        ("::ffff:10.0.0.1", "private"),
    ],
)
def test_an_address_that_leads_inside_is_refused_with_its_kind(address, reason):
    assert PUBLIC.refusal(address, "ehr.example.test", 443) == reason


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:2800::1", "64:ff9b::5db8:d70e"]
)
def test_a_public_address_is_allowed(address):
    assert PUBLIC.refusal(address, "ehr.example.test", 443) is None


def test_a_teredo_address_is_checked_by_its_server_and_its_client():
    packed = ip_address("2001:0:5db8:d70e:0:0:80ff:fffe")  # client 127.0.0.1, inverted
    assert [str(one) for one in unmap(packed)] == ["93.184.215.14", "127.0.0.1"]
    assert PUBLIC.refusal(str(packed), "ehr.example.test", 443) == "loopback"


def test_an_approved_network_opens_private_addresses_only_inside_it():
    policy = AddressPolicy(allowed_networks=("10.20.0.0/16",))
    assert policy.refusal("10.20.3.4", "ehr", 443) is None
    assert policy.refusal("10.21.3.4", "ehr", 443) == "private"


def test_an_approved_network_opens_no_metadata_service():
    policy = AddressPolicy(allowed_networks=("100.64.0.0/10", "169.254.0.0/16"))
    assert policy.refusal("100.100.100.200", "ehr", 443) == "metadata service"
    assert policy.refusal("169.254.169.254", "ehr", 443) == "metadata service"


@pytest.mark.parametrize(
    ("host", "port"),
    [("localhost", 9001), ("localhost.", 9000), ("other", 9000), ("127.0.0.1", 9000)],
)
def test_loopback_is_open_to_no_host_or_port_but_the_own(host, port):
    assert SANDBOX.refusal("127.0.0.1", host, port) == "loopback"


def test_loopback_is_open_to_the_own_host_and_port():
    assert SANDBOX.refusal("127.0.0.1", "LocalHost", 9000) is None


def test_a_plain_http_base_may_not_lead_off_this_machine():
    assert SANDBOX.refusal("93.184.215.14", "localhost", 9000) == "foreign, unencrypted"


class Lookup(AbstractResolver):
    """A name service that answers with fixed addresses, in turn."""

    def __init__(self, *answers):
        self.answers = list(answers)

    async def resolve(self, host, port=0, family=0):
        addresses = self.answers.pop(0)
        return [{"hostname": host, "host": a, "port": port} for a in addresses]

    async def close(self):
        self.answers = []


async def test_one_bad_address_among_several_refuses_the_name():
    resolver = PolicyResolver(PUBLIC, Lookup(["93.184.215.14", "10.0.0.5"]))
    with pytest.raises(AddressRefused, match=r"ehr\.example\.test leads to a private address"):
        await resolver.resolve("ehr.example.test", 443)


async def test_a_name_that_changes_its_address_is_checked_again():
    resolver = PolicyResolver(PUBLIC, Lookup(["93.184.215.14"], ["127.0.0.1"]))
    assert len(await resolver.resolve("ehr.example.test", 443)) == 1
    with pytest.raises(AddressRefused):
        await resolver.resolve("ehr.example.test", 443)


def test_a_refusal_is_found_behind_the_errors_that_wrap_it():
    inner, outer = AddressRefused("x"), RuntimeError()
    outer.__cause__ = OSError()
    outer.__cause__.__context__ = inner
    assert refused(outer) is inner
    assert refused(RuntimeError()) is None


def test_a_refusal_names_the_host_and_never_the_address():
    with pytest.raises(AddressRefused) as caught:
        check_address(PUBLIC, "10.0.0.1", "ehr", 443)
    assert str(caught.value) == "ehr leads to a private address, which is not allowed"
