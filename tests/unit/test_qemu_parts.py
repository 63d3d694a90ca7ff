"""Engine qemu's parts that need no QEMU: what it is started with, what is read from it, what it refuses."""

from __future__ import annotations

import asyncio
import json
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

import pytest

from esxlab.errors import LabError
from esxlab.exercises.family.guests import PACKAGES
from esxlab.sim.access import load_access
from esxlab.sim.contracts import RouterInterfaceView, RouterView, SimNic, StaticNatView
from esxlab.sim.qemu import namespace, programs
from esxlab.sim.qemu.channel import Channel
from esxlab.sim.qemu.engine import address_for_tools, descriptor_of
from esxlab.sim.qemu.machine import Card, Media, command_line
from esxlab.sim.qemu.model import recipe
from esxlab.sim.qemu.model_copy import with_password
from esxlab.sim.qemu.new_disk import complete_disk
from esxlab.sim.qemu.routers import read_translations, ruleset

MANAGEMENT = SimNic("00:50:56:00:00:01", 0, "VM Network")
LAB = SimNic("00:50:56:00:00:02", 201, "g01-outside")
SHADOW = "root:*:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n"
CONNTRACK = (
    "tcp      6 431999 ESTABLISHED src=192.16.193.100 dst=192.16.193.20 sport=40122 dport=80"
    " src=172.16.193.30 dst=192.16.193.100 sport=80 dport=40122 [ASSURED] mark=0 use=1\n"
)


def test_cards_sit_in_the_slots_that_give_them_esxis_names(tmp_path):
    cards = [Card(MANAGEMENT, "tap1"), Card(LAB, "tap2")]
    words = command_line(
        "ClientA", tmp_path / "a,b.vmdk", cards, accelerator="tcg", monitor=5, agent=6, console=tmp_path / "c"
    )
    text = " ".join(words)
    assert "pcie-root-port,id=port0,chassis=1,slot=160" in text
    assert "pcie-root-port,id=port1,chassis=2,slot=192" in text
    assert "vmxnet3,id=card1,bus=port1,netdev=net1,mac=00:50:56:00:00:02" in text
    assert "a,,b.vmdk" in text  # a comma would end the option


def test_an_installers_machine_boots_from_its_disk_or_else_from_its_drive(tmp_path):
    words = command_line(
        "modeleD12",
        tmp_path / "m.vmdk",
        [],
        accelerator="tcg",
        monitor=5,
        agent=6,
        console=tmp_path / "c",
        media=Media(tmp_path / "d,12.iso", tmp_path / "serial.log"),
    )
    text = " ".join(words)
    assert "scsi-hd,bus=scsi.0,drive=disk,bootindex=1" in text
    assert "ide-cd,drive=image,bootindex=2" in text
    assert "d,,12.iso,format=raw,if=none,id=image,media=cdrom,readonly=on" in text
    assert f"-serial file:{tmp_path}/serial.log" in text
    assert words[words.index("-m") + 1] == "1024"


def test_a_disk_that_vcsim_made_gets_its_size_once(tmp_path):
    pair, extent = tmp_path / "m.vmdk", tmp_path / "m-flat.vmdk"
    lines = "# Disk DescriptorFile", "parentCID=00000000", 'RW 4194304 VMFS "m-flat.vmdk"'  # some of vcsim's
    pair.write_text("\n".join(lines))
    extent.touch()
    complete_disk(pair, extent)
    assert extent.stat().st_size == 2 << 30
    assert "parentCID=ffffffff" in pair.read_text()
    extent.write_bytes(b"a system")
    complete_disk(pair, extent)
    assert extent.read_bytes() == b"a system"


def test_the_school_address_is_told_and_no_other_while_a_card_is_there():
    lab = IPv4Address("192.16.193.100")
    school = IPv4Address("172.16.200.7")
    nics = (MANAGEMENT, LAB)
    assert address_for_tools(nics, {LAB.mac: lab}) == ""
    assert address_for_tools(nics, {LAB.mac: lab, MANAGEMENT.mac: school}) == "172.16.200.7"
    assert address_for_tools((LAB,), {LAB.mac: lab}) == "192.16.193.100"


def test_the_descriptor_lies_beside_the_extent():
    assert descriptor_of(Path("/ds/srvweb1/srvweb1-flat.vmdk")) == Path("/ds/srvweb1/srvweb1.vmdk")


def test_only_roots_password_is_replaced():
    assert with_password(SHADOW, "root", "$6$x$y") == SHADOW.replace("root:*", "root:$6$x$y")


def test_a_static_entry_is_a_rule_on_the_outside_interface():
    view = RouterView(
        "10.0.0.1",
        (
            RouterInterfaceView(
                "FastEthernet0/0", 201, IPv4Interface("192.16.193.20/24"), up=True, nat="outside"
            ),
            RouterInterfaceView(
                "FastEthernet0/1", 101, IPv4Interface("172.16.193.254/16"), up=True, nat="inside"
            ),
        ),
        (StaticNatView("tcp", IPv4Address("172.16.193.30"), 80, IPv4Address("192.16.193.20"), 80),),
    )
    assert 'iifname { "fa0-0" } ip daddr 192.16.193.20 tcp dport 80 dnat to 172.16.193.30:80' in ruleset(view)
    bare = RouterView(view.host, view.interfaces)
    assert "dnat" not in ruleset(bare)


def test_conntracks_lines_are_translations():
    (found,) = read_translations(CONNTRACK)
    assert (str(found.outside), found.outside_port) == ("192.16.193.20", 80)
    assert (str(found.inside), found.inside_port) == ("172.16.193.30", 80)
    assert (str(found.peer), found.peer_port) == ("192.16.193.100", 40122)


def test_the_model_carries_what_the_exercise_installs():
    wanted = recipe()
    exercise = {package for packages in PACKAGES.values() for package in packages}
    assert exercise <= {*wanted["carried"], *wanted["installed"]}


def test_what_is_missing_is_named_with_its_packages(monkeypatch):
    monkeypatch.setattr(programs.sys, "platform", "linux")
    monkeypatch.setattr(programs.shutil, "which", lambda *_asked, **_path: None)
    with pytest.raises(LabError) as caught:
        programs.require({"nft": "nftables", "ip": "iproute2"})
    assert caught.value.code == "sim.programs"
    assert caught.value.facts["packages"] == "iproute2 nftables"


@pytest.mark.skipif(not namespace.OWN_NAMESPACE.exists(), reason="namespaces are Linux's")
def test_from_outside_its_namespace_nothing_of_the_school_is_dialled(tmp_path):
    access = tmp_path / "school.json"
    content = {"engine": "qemu", "servers": {}, "routers": {}, "passwords": {}, "thumbprints": {}}
    access.write_text(json.dumps({**content, "namespace": {"net": "net:[1]", "user": False}}))
    with pytest.raises(LabError) as caught:
        load_access(access)
    assert caught.value.code == "school.outside"
    access.write_text(json.dumps({**content, "namespace": {"net": namespace.here(), "user": False}}))
    assert load_access(access).endpoints.guest("172.16.200.7", 22).address == "172.16.200.7"


@pytest.mark.skipif(not namespace.OWN_NAMESPACE.exists(), reason="namespaces are Linux's")
def test_the_engine_refuses_the_network_that_it_was_started_from(monkeypatch):
    monkeypatch.setenv(namespace.OUTSIDE, namespace.here())
    with pytest.raises(LabError) as caught:
        namespace.require_isolation()
    assert caught.value.code == "sim.not_isolated"


def test_a_late_answer_is_not_taken_for_the_next_one():
    async def talk():
        events = []
        channel = Channel(events.append)
        other = channel.theirs.dup()
        other.setblocking(False)
        await channel.open()
        loop = asyncio.get_running_loop()
        assert await channel.ask("first", limit_s=0.01) is None
        second = asyncio.create_task(channel.ask("second", limit_s=5))
        said = b""
        while said.count(b"\n") < 2:
            said += await loop.sock_recv(other, 4096)
        for answer in ({"id": 1, "return": "late"}, {"event": "RESET"}, {"id": 2, "return": "right"}):
            await loop.sock_sendall(other, json.dumps(answer).encode() + b"\n")
        assert await second == "right"
        assert events == [{"event": "RESET"}]
        channel.close()
        other.close()

    asyncio.run(talk())


def test_who_may_not_make_a_namespace_is_told_so(tmp_path, monkeypatch):
    refuses = tmp_path / "unshare"
    refuses.write_text("#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n")
    refuses.chmod(0o755)
    monkeypatch.setattr(namespace, "RUNNING", {})
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabError, match="Operation not permitted") as told:
        namespace.command_in_new()
    assert told.value.code == "sim.no_namespace"


def test_who_may_not_open_the_tun_device_is_told_so(tmp_path, monkeypatch):
    agrees = tmp_path / "unshare"
    agrees.write_text("#!/bin/sh\nexit 0\n")
    agrees.chmod(0o755)
    monkeypatch.setattr(namespace, "RUNNING", {})
    monkeypatch.setattr(namespace, "TUN", str(tmp_path / "tun"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabError, match="No such file") as told:
        namespace.command_in_new()
    assert told.value.code == "sim.no_tun"


@pytest.mark.skipif(not namespace.OWN_NAMESPACE.exists(), reason="namespaces are Linux's")
def test_a_school_knows_whether_it_is_in_a_user_namespace_of_its_own(monkeypatch):
    monkeypatch.setenv(namespace.OUTSIDE_USER, namespace.whose())
    assert not namespace.in_user_namespace()
    monkeypatch.setenv(namespace.OUTSIDE_USER, "user:[1]")
    assert namespace.in_user_namespace()
