"""What the simulators are told of a world they do, as the real thing does: a source for each."""

from __future__ import annotations

import json

from esxlab.sim.inventory import log_in, pyvmomi, read
from esxlab.sim.light.session import Session, Streams
from esxlab.sim.proxy.http import Message
from esxlab.sim.proxy.server import VSphereProxy
from esxlab.sim.router.state import Interface
from esxlab.sim.shape import shape_from_json
from tests.memory.school import running_school
from tests.schools import school, vcenter
from tests.unit.light_bench import INSIDE, Bench
from tests.worlds.values import of_server


def test_the_edition_of_a_licence_is_what_was_entered():
    """LicenseManagerLicenseInfo.editionKey (vSphere API reference)."""
    proxy = VSphereProxy(0, "esxi", edition="esx.hypervisor.cpuPackage")
    told = proxy._licensed(Message(b"HTTP/1.1 200 OK", [], b"<a><editionKey>eval</editionKey></a>"))
    assert told.body == b"<a><editionKey>esx.hypervisor.cpuPackage</editionKey></a>"


def test_ios_xe_16_adds_nothing_to_a_nat_role():
    """router.md, IOS semantics: ip virtual-reassembly is not shown on IOS-XE 16 and later."""
    assert "ip virtual-reassembly" in Interface("Gi1", nat="inside").lines()
    assert "ip virtual-reassembly" not in Interface("Gi1", nat="inside", reassembly="").lines()


def test_a_datacenter_in_folders_with_a_cluster(tmp_path):
    shape = of_server(school(vcenter()), folders=("Lycée", "BTS SIO"), cluster="Grappe 1")
    assert shape_from_json(json.loads(json.dumps(_plain(shape)))) == shape
    with running_school(shape, tmp_path / "school", engine="idle") as (running, access):
        (vcsim,) = running.vcsims.values()
        service = log_in(vcsim.port, "prof", access["passwords"]["vsphere"])
        folder = service.RetrieveContent().rootFolder.childEntity[0].childEntity[0]
        assert folder.name == "BTS SIO"
        (cluster,) = folder.childEntity[0].hostFolder.childEntity
        assert isinstance(cluster, pyvmomi().vim.ClusterComputeResource)
        assert sorted(found["name"] for found in read(service, list(cluster.host), ["name"]).values()) == [
            "esxi-a",
            "esxi-b",
        ]
        service.content.sessionManager.Logout()
        service._stub.DropConnections()


def test_a_model_whose_name_is_escaped_has_one_disk_and_one_card(tmp_path):
    """ManagedEntity.name: / and % are %2f and %25 (vSphere API reference); its devices are not made twice."""
    shape = of_server(school(vcenter()), model="modele/D9 50%")
    with running_school(shape, tmp_path / "school", engine="idle") as (running, access):
        (vcsim,) = running.vcsims.values()
        service = log_in(vcsim.port, "prof", access["passwords"]["vsphere"])
        (model,) = service.RetrieveContent().rootFolder.childEntity[0].vmFolder.childEntity
        found = read(service, [model], ["name", "config.hardware.device"])[model]
        device = pyvmomi().vim.vm.device
        kinds = [device.VirtualDisk, device.VirtualEthernetCard, device.VirtualSCSIController]
        counted = [sum(isinstance(d, kind) for d in found["config.hardware.device"]) for kind in kinds]
        assert (found["name"], counted) == ("modele%2fD9 50%25", [1, 1, 1])
        files = {path.name for path in (tmp_path / "school").rglob("modele_D9 50_/*")}
        assert "modele_D9 50_.nvram" in files  # VMX, nvram: after its .vmx
        service.content.sessionManager.Logout()
        service._stub.DropConnections()


def _plain(shape):
    from dataclasses import asdict

    return json.loads(json.dumps(asdict(shape), default=str))


def test_a_guest_reads_its_language_and_its_bashrc_before_a_command():
    """pam_env(8), envfile=/etc/default/locale in Debian's /etc/pam.d/sshd; bash(1), INVOCATION."""
    bench = Bench()
    files = {"/etc/default/locale": 'LANG="fr_FR.UTF-8"\n', "/root/.bashrc": "echo bonjour\n"}
    machine = bench.machine("srvweb1", INSIDE, files=files, packages=("curl",))
    said = bytearray()

    async def log_in_and_run(script, name):
        session = Session(machine, Streams(lambda out, _: said.extend(out)), name)
        await session.read_startup_files()
        return await session.run(script)

    assert bench.run_(log_in_and_run("echo $LANG", "bash")) == 0
    assert said.decode() == "bonjour\nfr_FR.UTF-8\n"
    probe = "curl -s --connect-timeout 0.5 http://127.0.0.1/"
    assert bench.run_(log_in_and_run(probe, "bash")) == 2  # curl before 7.87: 0,5 (tool_paramhlp.c)
    assert bench.run_(log_in_and_run(f"LC_ALL=C {probe}", "bash")) != 2
