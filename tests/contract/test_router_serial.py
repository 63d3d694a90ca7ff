"""A console over a serial line: a pseudo-terminal stands for the cable, named by a link as udev does."""

from __future__ import annotations

import os
import re
import threading
import tty
from dataclasses import replace
from types import SimpleNamespace

import pytest
import serial.tools.list_ports

from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoints
from esxlab.backends.router.routers import NetmikoRouters
from esxlab.errors import LabError
from esxlab.lab.router import RouterAddress
from esxlab.planning.router_difference import diff_router
from esxlab.sim.router.terminal import Terminal
from esxlab.sim.router.vty import Vty
from tests.keyboard import ask_for_privilege_and_leave, held
from tests.router_shapes import box_of, exercise_table


class Console:
    """The stand-in behind a pseudo-terminal; a console without a login, as 2600s have it from the factory."""

    def __init__(self, box):
        self._router, self._cable = os.openpty()
        tty.setraw(self._cable)
        self.path = os.ttyname(self._cable)
        self.asked = []
        self.terminal = Terminal(box, secret="s")
        self._vty = Vty(box, self.terminal, write=self._write, hang_up=self._logged_out)
        self.box = box
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _write(self, text):
        self.asked += re.findall("Password: ", text)
        os.write(self._router, text.replace("\n", "\r\n").encode())

    def _logged_out(self):
        self.terminal = Terminal(self.box, secret="s")
        self._vty = Vty(self.box, self.terminal, write=self._write, hang_up=self._logged_out)

    def _run(self):
        while True:
            try:
                data = os.read(self._router, 1024)
            except OSError:
                return
            if data == b"\x04":
                return
            self._vty.feed(data.decode())

    def close(self):
        os.write(self._cable, b"\x04")
        self._thread.join(5)
        os.close(self._router)
        os.close(self._cable)


@pytest.fixture
def console():
    console = Console(box_of())
    yield console
    console.close()


def test_a_push_over_the_console(console, tmp_path, monkeypatch):
    link = tmp_path / "usb-Prolific"
    link.symlink_to(console.path)
    listed = [SimpleNamespace(device=console.path)]
    monkeypatch.setattr(serial.tools.list_ports, "comports", lambda: listed)
    for line in ("enable", "s", "configure terminal"):  # somebody has left it like that
        console.terminal.answer(line)
    routers = NetmikoRouters(Endpoints(), Credentials(known={"router": "p", "router_secret": "s"}))
    address, wanted = RouterAddress(str(link), "cisco_ios_serial"), exercise_table()
    with pytest.raises(LabError, match="serial -"):  # nobody has agreed to send a password there
        routers.observe(address, wanted)
    routers.confirm(address, routers.identity(address))
    with pytest.raises(LabError, match=console.box.serial_number):  # nobody has confirmed it
        routers.observe(address, wanted)
    assert routers.serial_number(address) == console.box.serial_number
    address = replace(address, serial_number=console.box.serial_number)
    change = diff_router(wanted, routers.observe(address, wanted).table)
    routers.push(address, change, wanted)
    assert not diff_router(wanted, routers.observe(address, wanted).table)
    assert not console.terminal.privileged


def test_a_console_is_left_at_its_prompt_when_the_secret_is_refused(console, tmp_path, monkeypatch):
    """IOS asks three times; whoever leaves at a question has the next Enter taken for a secret."""
    link = tmp_path / "usb-Prolific"
    link.symlink_to(console.path)
    monkeypatch.setattr(serial.tools.list_ports, "comports", lambda: [SimpleNamespace(device=console.path)])
    address = RouterAddress(str(link), "cisco_ios_serial")
    with pytest.raises(LabError) as refusal:
        confirmed(address, secret="another").serial_number(address)
    assert refusal.value.code == "router.enable_secret"
    assert console.asked == ["Password: "] * 3
    assert confirmed(address, secret="s").serial_number(address) == console.box.serial_number


def test_a_person_has_the_console_and_leaves_it_unprivileged(console, tmp_path, monkeypatch):
    link = tmp_path / "usb-Prolific"
    link.symlink_to(console.path)
    monkeypatch.setattr(serial.tools.list_ports, "comports", lambda: [SimpleNamespace(device=console.path)])
    address = RouterAddress(str(link), "cisco_ios_serial", serial_number=console.box.serial_number)
    routers = confirmed(address, secret="s")
    held(lambda keyboard: routers.hold_terminal(address, keyboard), ask_for_privilege_and_leave)
    assert not console.terminal.privileged


def confirmed(address, *, secret):
    routers = NetmikoRouters(Endpoints(), Credentials(known={"router": "p", "router_secret": secret}))
    routers.confirm(address, routers.identity(address))
    return routers
