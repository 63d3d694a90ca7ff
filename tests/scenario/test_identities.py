"""Copies of one disk that are no copies any more: every machine of a class has an identity of its own."""

from __future__ import annotations

import pytest

from esxlab.backends.host_keys import fingerprint
from tests.troubled import troubled

pytestmark = pytest.mark.scenario

GROUPS, MACHINES = 3, 15


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with troubled(tmp_path_factory.mktemp("school"), groups=f"1-{GROUPS}") as trouble:
        trouble.provision(f"1-{GROUPS}")
        yield trouble


def of_all(up, path):
    """The content of this file on every machine that runs."""
    return [machine.files.read_text(path).strip() for machine in up.engine.world.machines.values()]


@pytest.mark.parametrize(
    "path",
    ["/etc/machine-id", "/etc/ssh/ssh_host_ed25519_key.pub", "/etc/ssh/ssh_host_ed25519_key"],
)
def test_machine_ids_and_host_keys_of_the_whole_class_differ(up, path) -> None:
    found = of_all(up, path)
    assert len(found) == MACHINES
    assert all(found)
    assert len({line.partition(" root@")[0] for line in found}) == MACHINES


def test_what_is_pinned_on_each_machine_is_the_key_on_its_disk(up) -> None:
    keys = {
        fingerprint(" ".join(line.split()[:2])) for line in of_all(up, "/etc/ssh/ssh_host_ed25519_key.pub")
    }
    with up.admin() as admin:
        pinned = set()
        for group in range(1, GROUPS + 1):
            for name in ("srvweb1", "srvweb2", "repartiteur1", "clienta", "clientb"):
                extra = {o.key: o.value for o in machine_named(admin, group, name).config.extraConfig}
                pinned.add(extra["esxlab.hostkey"])
    assert pinned == keys


def machine_named(admin, group, name):
    from pyVmomi import vim

    content = admin.session.content
    view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
    try:
        for machine in view.view:
            extra = {o.key: o.value for o in machine.config.extraConfig}
            if (extra.get("esxlab.group"), extra.get("esxlab.machine", "").lower()) == (str(group), name):
                return machine
    finally:
        view.Destroy()
    raise AssertionError(group, name)
