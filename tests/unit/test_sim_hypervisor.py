"""The hypervisor between vcsim's lines and an engine, both of them stand-ins."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from esxlab.sim.conditions import Pace
from esxlab.sim.contracts import GuestNews
from esxlab.sim.hypervisor import Hypervisor, flat_file
from tests import leaps

NIC = {"mac": "00:50:56:00:00:01", "network": "VM Network", "vlan": 0, "connected": True}
ON = {"what": "state", "vm": "vm-1", "name": "srvweb1", "on": True, "disk": "[ds] a/a.vmdk", "nics": [NIC]}
OFF = {"what": "state", "vm": "vm-1", "name": "srvweb1", "on": False}
MOVED = {**ON, "nics": [{**NIC, "network": "g07-inside", "vlan": 107}]}
SHUTDOWN = {"what": "shutdown", "vm": "vm-1"}
REBOOT = {"what": "reboot", "vm": "vm-1"}
GONE = {"what": "gone", "vm": "vm-1"}
MAC = NIC["mac"]
UP = GuestNews("guestToolsRunning", "127.0.0.1", 40022, ((MAC, ("127.0.0.1",)),))
OFF_NOW = {"vm": "vm-1", "power": "off", "question": "", "news": None}


def heard(address, state="running"):
    """What vcsim is told of Tools that run."""
    cards = {MAC: [address]} if address else {}
    info = {"guestinfo.esxlab.ssh_port": "40022"}
    news = {"tools": "guestToolsRunning", "state": state, "address": address, "cards": cards, "info": info}
    return {"vm": "vm-1", "power": "", "question": "", "news": news}


class RecordingEngine:
    def __init__(self):
        self.done = []
        self.gate = self.slow = None
        self.broken = False

    async def power_on(self, vm):
        if self.broken:
            raise OSError("no tap")
        self.done.append(("on", vm.name, vm.nics[0].vlan))
        if self.gate is not None:
            await self.gate.wait()

    async def power_off(self, vm, *, gently):
        self.done.append(("off", vm.name, gently))
        if gently and self.slow is not None:
            await self.slow.wait()

    async def rewire(self, vm):
        self.done.append(("rewire", vm.name, vm.nics[0].vlan))

    async def close(self):
        pass


class Stage:
    """A hypervisor whose vcsim is a pair of pipes."""

    def __init__(self, tmp_path):
        self.engine = RecordingEngine()
        reading, self._lines = os.pipe()
        self.commands = io.BytesIO()
        process = SimpleNamespace(stdin=self.commands, stdout=os.fdopen(reading, "rb"))
        self.hypervisor = Hypervisor(
            SimpleNamespace(host="vc", process=process), self.engine, datastores=tmp_path
        )

    async def say(self, *events):
        for event in events:
            os.write(self._lines, json.dumps(event).encode() + b"\n")
        await asyncio.sleep(0.03)

    def told(self):
        lines = self.commands.getvalue().splitlines()
        self.commands.seek(0)
        self.commands.truncate()
        return [json.loads(line) for line in lines]

    async def close(self):
        await self.hypervisor.close()
        os.close(self._lines)


def on_stage(tmp_path, play):
    @contextlib.asynccontextmanager
    async def stage():
        built = Stage(tmp_path)
        await built.hypervisor.start()
        try:
            yield built
        finally:
            await built.close()

    async def run():
        async with stage() as built:
            await play(built)

    leaps.run(run())


@pytest.mark.parametrize(
    ("events", "done"),
    [
        ((ON,), [("on", "srvweb1", 0)]),
        ((ON, ON), [("on", "srvweb1", 0)]),
        ((ON, MOVED), [("on", "srvweb1", 0), ("rewire", "srvweb1", 107)]),
        ((ON, OFF), [("on", "srvweb1", 0), ("off", "srvweb1", False)]),
        ((ON, OFF, ON), [("on", "srvweb1", 0), ("off", "srvweb1", False), ("on", "srvweb1", 0)]),
        ((ON, GONE), [("on", "srvweb1", 0), ("off", "srvweb1", False)]),
        ((ON, SHUTDOWN, OFF), [("on", "srvweb1", 0), ("off", "srvweb1", True)]),
        ((ON, REBOOT), [("on", "srvweb1", 0), ("off", "srvweb1", True), ("on", "srvweb1", 0)]),
        ((OFF, GONE), []),
    ],
)
def test_what_happens_in_vcsim_happens_on_the_engine_in_order(tmp_path, events, done):
    async def play(stage):
        await stage.say(*events)
        assert stage.engine.done == done

    on_stage(tmp_path, play)


def test_a_guest_that_was_asked_to_shut_down_turns_its_machine_off_when_it_has(tmp_path):
    async def play(stage):
        await stage.say(ON, SHUTDOWN)
        assert stage.told() == [OFF_NOW]
        assert stage.hypervisor.running == ()

    on_stage(tmp_path, play)


def test_power_that_is_cut_ends_the_wait_for_a_guest_that_does_not_shut_down(tmp_path):
    """And the machine that is switched on again afterwards stays on."""

    async def play(stage):
        stage.engine.slow = asyncio.Event()  # never set
        await stage.say(ON, SHUTDOWN)
        assert stage.engine.done[1:] == [("off", "srvweb1", True)]
        await stage.say(OFF)
        await stage.say(ON)
        assert stage.engine.done[2:] == [("off", "srvweb1", False), ("on", "srvweb1", 0)]
        assert stage.told() == []
        assert [vm.name for vm in stage.hypervisor.running] == ["srvweb1"]

    on_stage(tmp_path, play)


def test_an_event_waits_for_the_one_before_it(tmp_path):
    async def play(stage):
        stage.engine.gate = asyncio.Event()
        await stage.say(ON, OFF)
        assert stage.engine.done == [("on", "srvweb1", 0)]
        stage.engine.gate.set()
        await stage.say()
        assert stage.engine.done[-1] == ("off", "srvweb1", False)

    on_stage(tmp_path, play)


def test_news_are_told_once_the_last_word_only_and_nothing_after_the_end(tmp_path):
    async def play(stage):
        await stage.say(ON)
        (vm,) = stage.hypervisor.running
        for news in (GuestNews(), UP):
            stage.hypervisor.publish(vm, news)
        await asyncio.sleep(0.05)
        assert stage.told() == [heard("127.0.0.1")]
        stage.hypervisor.publish(vm, UP)
        await asyncio.sleep(0.05)
        assert stage.told() == []
        await stage.say(OFF)
        stage.hypervisor.publish(vm, UP)
        await asyncio.sleep(0.05)
        assert stage.told() == []

    on_stage(tmp_path, play)


def test_stale_tools_tell_first_what_they_told_before_the_power_on(tmp_path):
    async def play(stage):
        await stage.say(ON)
        stage.hypervisor.pace = Pace(tools_stale_s=0.2)
        stage.hypervisor.publish(stage.hypervisor.running[0], UP)
        await asyncio.sleep(0.05)
        await stage.say(OFF, ON)
        assert stage.told() == [heard("127.0.0.1"), heard("127.0.0.1")]
        new = replace(UP, address="127.0.0.9", cards=((MAC, ("127.0.0.9",)),))
        stage.hypervisor.publish(stage.hypervisor.running[0], new)
        await asyncio.sleep(0.05)
        assert stage.told() == []
        await asyncio.sleep(0.4)
        assert stage.told() == [heard("127.0.0.9")]

    on_stage(tmp_path, play)


def test_a_guest_that_shuts_down_says_so_as_long_as_its_tools_run(tmp_path):
    async def play(stage):
        stage.engine.slow = asyncio.Event()
        await stage.say(ON, SHUTDOWN)
        (vm,) = stage.hypervisor.running
        stage.hypervisor.publish(vm, UP)
        await asyncio.sleep(0.05)
        assert stage.told() == [heard("127.0.0.1", "shuttingDown")]
        stage.hypervisor.publish(vm, GuestNews())
        await asyncio.sleep(0.05)
        (told,) = stage.told()
        assert (told["news"]["tools"], told["news"]["state"]) == ("guestToolsNotRunning", "notRunning")
        stage.engine.slow.set()

    on_stage(tmp_path, play)


def test_a_guest_that_shuts_itself_down_turns_its_machine_off(tmp_path):
    async def play(stage):
        await stage.say(ON)
        stage.hypervisor.guest_powered_off(stage.hypervisor.running[0])
        await stage.say(OFF)
        assert stage.told() == [OFF_NOW]
        assert stage.engine.done == [("on", "srvweb1", 0)]

    on_stage(tmp_path, play)


def test_a_machine_that_the_engine_cannot_start_is_off_and_may_be_started_again(tmp_path):
    async def play(stage):
        stage.engine.broken = True
        await stage.say(ON)
        assert stage.told() == [OFF_NOW]
        stage.engine.broken = False
        await stage.say(OFF, ON)
        assert stage.engine.done == [("on", "srvweb1", 0)]

    on_stage(tmp_path, play)


def test_a_disk_is_the_flat_file_beside_its_descriptor():
    assert flat_file("[ds 1] g07-srvweb1/srvweb1.vmdk", Path("/d")) == Path(
        "/d/ds 1/g07-srvweb1/srvweb1-flat.vmdk"
    )
