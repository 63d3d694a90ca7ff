"""Addresses of routers in a spec: names, IPv4, IPv6 in any of its spellings, serial lines."""

from __future__ import annotations

import pytest

from esxlab.spec.load import load_class_spec
from esxlab.spec.problems import SpecProblems


def load(tmp_path, host):
    spec = tmp_path / "esxlab.yaml"
    spec.write_text(
        f'class: sio2\ngroups: 1\nvsphere: {{host: vc.example, user: prof}}\nrouter: {{host: "{host}"}}\n',
        encoding="utf-8",
    )
    return load_class_spec(spec).group(1).router.address.host


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("router.lycee.example", "router.lycee.example"),
        ("fd00::30", "fd00::30"),
        ("FD00:0:0:0::0030", "fd00::30"),  # one address, one router: RFC 5952's form
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("fd00::{{ group }}", "fd00::1"),
        ("/dev/serial/by-id/usb-FTDI_FT232R:1.0", "/dev/serial/by-id/usb-FTDI_FT232R:1.0"),
        ("COM3", "COM3"),
    ],
)
def test_the_address_of_a_router(tmp_path, written, host):
    if host.startswith(("/dev", "COM")):
        with pytest.raises(SpecProblems) as told:  # of a serial line only its way is wrong here
            load(tmp_path, written)
        assert {problem.code for problem in told.value.problems} == {"E315"}
    else:
        assert load(tmp_path, written) == host


@pytest.mark.parametrize(
    "written", ["fd00:::30", "fd00::30::1", "fd00:1", "[fd00::30]", "fd00::30/64", "1:2:3:4:5:6:7:8:9"]
)
def test_what_is_no_address_is_told(tmp_path, written):
    with pytest.raises(SpecProblems) as told:
        load(tmp_path, written)
    assert {problem.code for problem in told.value.problems} == {"E201"}
    assert "IPv6" in str(told.value.problems[0].text())
