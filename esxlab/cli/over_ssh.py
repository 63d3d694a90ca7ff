"""What a command says of hosts that are changed over SSH: with which keys, and who hears that it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from esxlab.backends.credentials import Credentials
    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.esxi.shells import Shells
    from esxlab.local.unwritten import Unwritten
    from esxlab.show.console import Screen
    from esxlab.spec.resolved import GroupSpec

KEY_FILE = "esxi_keys"
"""The SSH host keys that were confirmed, beside those of routers."""


def _nobody(host: str, why: str) -> None:
    """Hears it."""


class OverSsh(NamedTuple):
    """ESXi host -> its `vsphere.key`, as the spec tells them; who hears which hosts go this way, and why."""

    login_keys: Mapping[str, str] = {}
    tell: Callable[[str, str], None] = _nobody

    def shells(
        self, endpoints: Endpoints, credentials: Credentials, home: Path, unwritten: Unwritten | None = None
    ) -> Shells:
        """All hosts' shells; `home` has the keys that were confirmed."""
        from esxlab.backends.esxi.shells import Shells  # noqa: PLC0415 - paramiko and pyVmomi are slow to import

        return Shells(
            endpoints,
            credentials,
            key_file=home / KEY_FILE,
            login_keys=self.login_keys,
            unwritten=unwritten,
            tell=self.tell,
        )


def over_ssh(specs: Sequence[GroupSpec], screen: Screen | None, *, sim: bool) -> OverSsh:
    """As these groups' specs say; with a screen, each host is told there before anything is planned."""
    keys = {} if sim else {spec.site.server.host: spec.esxi_key for spec in specs}
    if screen is None:
        return OverSsh(keys)
    note = screen.note
    return OverSsh(keys, lambda host, why: note(say(f"esxi.write_path.{why}", host=host)))
