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


def session(answer, *, vcenter=False):
    manager = object()

    def retrieve(_objects, _paths, *, what):
        if isinstance(answer, LabError):
            raise answer
        infos = [vim.LicenseManager.LicenseInfo(editionKey=key) for key in answer]
        return {manager: {"licenses": infos}}

    content = SimpleNamespace(licenseManager=manager)
    return SimpleNamespace(is_vcenter=vcenter, content=content, retrieve=retrieve)


@pytest.mark.parametrize(("editions", "standing"), EDITIONS)
def test_an_edition_is_writable_only_when_it_is_known_to_be(editions, standing):
    assert licence_of(session(editions)).standing == standing


def test_who_may_not_read_licences_does_not_know():
    assert licence_of(session(LabError("vsphere.permission"))).standing == "unknown"


def test_a_vcenters_own_licence_does_not_forbid():
    assert licence_of(session([], vcenter=True)).standing == "writable"
