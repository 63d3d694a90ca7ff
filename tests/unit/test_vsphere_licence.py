"""Which licences let a program change anything; editionKeys as real hosts show them (vimsvc/license)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from pyVmomi import vim

from esxlab.backends.vsphere.licence import licence_of
from esxlab.errors import LabError

EDITIONS = [
    (["esxBasic"], "read-only"),  # vSphere Hypervisor 5 and 6
    (["esx.hypervisor.cpuPackage"], "read-only"),
    (["esx.hypervisor.cpuPackageCoreLimited"], "read-only"),  # 7 and 8: unit cpuPackage:32core
    (["esx.hypervisorEmbeddedOem.cpuPackageCoreLimited"], "read-only"),
    (["eval"], "writable"),
    (["esx.eval.cpuPackageCoreLimited"], "writable"),  # 8
    (["esx.enterprisePlus.cpuPackageCoreLimited"], "writable"),
    (["esx.hypervisor.cpuPackage", "eval"], "writable"),
    (["esx.somethingNew.core"], "unknown"),
    (["esx.hypervisor.cpuPackage", "esx.somethingNew.core"], "unknown"),
    ([], "unknown"),
]


def session(answer, *, vcenter=False, tried="vsphere.no_datastore"):
    """`tried`: what the server answers to a call that can change nothing."""
    manager = object()

    def retrieve(_objects, _paths, *, what):
        if isinstance(answer, LabError):
            raise answer
        infos = [vim.LicenseManager.LicenseInfo(editionKey=key) for key in answer]
        return {manager: {"licenses": infos}}

    def read(call, *, what):
        call()

    def make_directory(name, datacenter, *, createParentDirectories):  # noqa: N803 - vSphere's
        asked.append(name)
        raise LabError(tried)

    asked: list[str] = []
    content = SimpleNamespace(
        licenseManager=manager, fileManager=SimpleNamespace(MakeDirectory=make_directory)
    )
    return SimpleNamespace(is_vcenter=vcenter, content=content, retrieve=retrieve, read=read, asked=asked)


@pytest.mark.parametrize(("editions", "standing"), EDITIONS)
def test_an_edition_is_writable_only_when_it_is_known_to_be(editions, standing):
    assert licence_of(session(editions)).standing == standing


def test_who_may_not_read_licences_does_not_know():
    assert licence_of(session(LabError("vsphere.permission"))).standing == "unknown"


@pytest.mark.parametrize("answer", [["esx.somethingNew.core"], [], LabError("vsphere.permission")])
def test_what_nobody_knows_is_tried_before_the_first_write(answer):
    """RestrictedVersion to every changing call (pyvmomi#625); this one could not change anything."""
    assert licence_of(session(answer, tried="vsphere.licence")).standing == "read-only"


@pytest.mark.parametrize("editions", [["esxBasic"], ["eval"], ["esx.enterprisePlus.cpuPackageCoreLimited"]])
def test_a_known_edition_is_not_tried(editions):
    server = session(editions)
    licence_of(server)
    assert server.asked == []


def test_a_vcenters_own_licence_does_not_forbid():
    assert licence_of(session([], vcenter=True)).standing == "writable"
