"""ESXi's own programs, by the names that they have on a host's PATH: each takes the host and the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.sim.esxi.programs.esxcli import esxcli, localcli
from esxlab.sim.esxi.programs.held import held
from esxlab.sim.esxi.programs.small import df, hostname, ps, uname, vmware
from esxlab.sim.esxi.programs.vim_cmd import vim_cmd
from esxlab.sim.esxi.programs.vmkfstools import vmkfstools

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.host import Host

PROGRAMS: Mapping[str, Callable[[Host, Call], Awaitable[int]]] = {
    "df": df,
    "esxcli": esxcli,
    "held": held,
    "hostname": hostname,
    "localcli": localcli,
    "ps": ps,
    "uname": uname,
    "vim-cmd": vim_cmd,
    "vmkfstools": vmkfstools,
    "vmware": vmware,
}
