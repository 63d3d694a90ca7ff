"""What a machine's screen shows: a picture by CreateScreenshot_Task, and the address of its console."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from esxlab.backends.vsphere.api_connection import ApiConnection
from esxlab.backends.vsphere.store import split_path
from esxlab.errors import LabError

if TYPE_CHECKING:
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.seen import Place, SeenMachine

PNG = b"\x89PNG\r\n\x1a\n"


def take_picture(server: Connection, seen: SeenMachine, place: Place) -> bytes:
    """The screen of a machine that is on, as a PNG.

    The server writes it into the machine's own folder (community.vmware, vmware_guest_screenshot); it is
    fetched from there over https, and deleted. The privilege: VirtualMachine.Interact.CreateScreenshot.

    Raises:
        LabError: vsphere.off, vsphere.suspended; vsphere.no_picture, when what the server names is none of
            the machine's; vsphere.picture_over_ssh where the licence shuts the API.
    """
    if not seen.powered_on:
        raise LabError("vsphere.suspended" if seen.suspended else "vsphere.off", name=seen.name)
    if server.write_path != "api" or not isinstance(server, ApiConnection):
        host = server.named.host
        raise LabError("vsphere.picture_over_ssh", where=host, host=host)
    told = server.run(seen.ref.CreateScreenshot_Task, what=seen.name, on=seen)
    store, path = server.inventory.file(str(told), place)
    own = split_path(seen.vmx_path)[1].rpartition("/")[0]
    if not path.startswith(f"{own}/") or not path.endswith(".png"):
        raise LabError("vsphere.no_picture", where=seen.name, path=str(told))
    picture = server.files.get(store, path) or b""
    server.writer.delete(store, path)
    if not picture.startswith(PNG):
        raise LabError("vsphere.no_picture", where=seen.name, path=str(told))
    return picture


def console_address(server: Connection, seen: SeenMachine) -> str:
    """Where a browser shows the machine's console, or the page that leads to it; it asks for a login.

    An ESXi host's client has the console at `/ui/#/console/ID`; a vCenter's client has the machine's page at
    `/ui/app/vm;nav=v/urn:vmomi:VirtualMachine:ID:SERVER/summary` (saltext.vmware, VMC modules). Its console
    itself wants a ticket of the session in its address (govc, vm.console -h5), which would be a secret.
    """
    root = f"https://{server.named.authority}/ui/"
    if not server.is_vcenter:
        return f"{root}#/console/{quote(seen.moref)}"
    return f"{root}app/vm;nav=v/urn:vmomi:VirtualMachine:{quote(seen.moref)}:{quote(server.identity)}/summary"
