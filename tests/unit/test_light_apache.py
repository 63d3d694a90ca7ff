"""Where a simulated apache2 listens and whose pages it shows, as Debian's apache2 2.4.71 was seen to do."""

from __future__ import annotations

import pytest
from light_bench import Bench

SECOND = "Listen 8080\n<VirtualHost *:8080>\n    DocumentRoot /var/www/html\n</VirtualHost>\n"
FILE = "/etc/apache2/conf-enabled/more.conf"


@pytest.fixture
def bench():
    return Bench()


def page(bench, machine, port):
    status, out, err = bench.sh(machine, f"curl -sS http://127.0.0.1:{port}/")
    return out or err, status


def web(bench, more=""):
    return bench.machine("srvweb1", files={FILE: more}, packages=("apache2", "curl"), enabled=("apache2",))


def test_debians_own_configuration_listens_on_80_alone(bench):
    machine = web(bench)
    assert "It works!" in page(bench, machine, 80)[0]
    assert "Connection refused" in page(bench, machine, 8080)[0]


def test_a_second_port_shows_the_same_page(bench):
    machine = web(bench, SECOND)
    assert "It works!" in page(bench, machine, 8080)[0]
    assert "It works!" in page(bench, machine, 80)[0]


def test_a_port_without_a_virtual_host_of_its_own_has_no_pages(bench):
    machine = web(bench, "Listen 8080\n")
    assert "404 Not Found" in page(bench, machine, 8080)[0]
    assert "It works!" in page(bench, machine, 80)[0]


def test_one_port_twice_and_it_does_not_start(bench):
    machine = web(bench, "Listen 80\n")
    assert bench.sh(machine, "systemctl is-active apache2")[0] != 0
    assert "Address already in use" in "\n".join(machine.processes.journal)
