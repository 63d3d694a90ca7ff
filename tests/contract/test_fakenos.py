"""A router that others simulate: FakeNOS (PyPI), whose IOS was written for netmiko and knows nothing of us.

It logs in, has privileged mode, pages and a running-config, and no other command: to esxlab an account that
may not see everything, which a real router has too (privilege levels, AAA command authorization).
"""

from __future__ import annotations

import socket
import time

import pytest
from fakenos import FakeNOS

from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoint
from esxlab.backends.router.routers import NetmikoRouters
from esxlab.errors import LabError
from esxlab.lab.router import RouterAddress
from esxlab.sim.access import SchoolEndpoints
from tests.router_shapes import HOST, exercise_table

pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnhandledThreadExceptionWarning"  # FakeNOS has one for each connection that ends
)
ADDRESS = RouterAddress(HOST)


@pytest.fixture
def stranger():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    host = {
        "username": "admin",
        "password": "p",
        "port": port,
        "platform": "cisco_ios",
        "server": {"plugin": "ParamikoSshServer", "configuration": {"address": "127.0.0.1"}},
    }
    with FakeNOS(inventory={"hosts": {"R1": host}}):
        await_banner(port)
        yield Endpoint("127.0.0.1", port)


def await_banner(port):
    """FakeNOS listens some time after it was started."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as trial:
                assert trial.recv(4) == b"SSH-"
                return
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def backend_at(place, password):
    known = {"router": password, "router_secret": "s"}
    return NetmikoRouters(SchoolEndpoints(routers={HOST: place}), Credentials(known=known))


def test_a_configuration_that_others_render_is_read_whole(stranger) -> None:
    backend = backend_at(stranger, "p")
    shown = backend.show(ADDRESS, "show running-config")
    backend.close()
    assert "hostname R1" in shown.splitlines()
    assert shown.rstrip().endswith("end")


def test_a_command_that_the_account_may_not_type_is_named_and_what_it_lacks(stranger) -> None:
    backend = backend_at(stranger, "p")
    with pytest.raises(LabError) as caught:
        backend.observe(ADDRESS, exercise_table())
    backend.close()
    assert (caught.value.code, caught.value.facts["line"]) == ("router.refused_show", "show startup-config")
    assert caught.value.detail == "% Invalid input detected at '^' marker."


def test_a_wrong_password_is_told_as_one(stranger) -> None:
    backend = backend_at(stranger, "wrong-word-7193")
    with pytest.raises(LabError) as caught:
        backend.show(ADDRESS, "show version")
    backend.close()
    assert caught.value.code == "router.login"
