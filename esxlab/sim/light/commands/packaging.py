"""dpkg, dpkg-query and apt-get, with their own words; apt needs the way to the school's network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esxlab.sim.light.commands.options import OptionError, parse
from esxlab.sim.light.disk import Node
from esxlab.sim.light.packages import PACKAGES, closure
from esxlab.sim.light.services import start_unit, stop_unit

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call
    from esxlab.sim.light.machine import Machine

FAILED = 100
UPDATE_S = 4.0
INSTALL_S = 2.0
"""School seconds for each package that is installed, dependencies too."""

LONG = {"yes": "y", "assume-yes": "y", "quiet": "q", "no-install-recommends": "R", "install-recommends": "R",
        "option": "o:", "purge": "P", "allow-unauthenticated": "R", "fix-missing": "R", "reinstall": "r",
        "no-upgrade": "R", "download-only": "d"}  # fmt: skip


async def apt_get(call: Call) -> int:
    """`apt-get update`, `install`, `remove`, `purge`, `clean`, `autoremove`."""
    try:
        options = parse(call.args, "yqdo:f", LONG)
    except OptionError as error:
        return call.fail(f"E: Command line option {str(error).partition(' ')[2]} is not understood", FAILED)
    verb, names = (options.rest or [""])[0], options.rest[1:]
    if verb == "update":
        return await _update(call)
    if verb == "install":
        return await _install(call, names, yes="y" in options)
    if verb in ("remove", "purge"):
        return await _remove(call, names)
    if verb in ("clean", "autoclean", "autoremove", "upgrade", "dist-upgrade"):
        call.print("Reading package lists...\nBuilding dependency tree...")
        return 0
    return call.fail(f"E: Invalid operation {verb}", FAILED)


def _mirror(machine: Machine) -> tuple[str, str]:
    text = machine.files.read_text("/etc/apt/sources.list")
    match = re.search(r"^deb\s+(?:\[[^]]*\]\s+)?(https?://([^/\s]+)\S*)", text,
                      re.MULTILINE)  # fmt: skip
    return (match[1], match[2]) if match else ("", "")


async def _update(call: Call) -> int:
    url, host = _mirror(call.machine)
    call.flush()
    await call.machine.world.clock.sleep(UPDATE_S)
    codename = call.machine.files.read_text("/etc/apt/sources.list").split()[2:3] or [""]
    if not url:
        call.print("Reading package lists...")
        return 0
    if not call.machine.world.internet(call.machine):
        call.print(f"Err:1 {url} {codename[0]} InRelease\n  Temporary failure resolving '{host}'")
        call.print("Reading package lists...")
        call.fail(
            f"W: Failed to fetch {url}/dists/{codename[0]}/InRelease  Temporary failure resolving '{host}'"
        )
        call.fail("W: Some index files failed to download. They have been ignored, or old ones used instead.")
        return 0  # apt forgives failures that may pass (apt-get's own exit status)
    call.print(f"Hit:1 {url} {codename[0]} InRelease\nReading package lists...")
    call.machine.files.write(
        f"/var/lib/apt/lists/{codename[0]}_InRelease", f"Codename: {codename[0]}\n".encode()
    )
    return 0


async def _install(call: Call, names: list[str], *, yes: bool) -> int:
    machine = call.machine
    call.print("Reading package lists...\nBuilding dependency tree...\nReading state information...")
    names = [name.partition("=")[0].partition(":")[0] for name in names]
    known = bool(machine.files.glob("/var/lib/apt/lists/*_InRelease"))
    if unknown := [
        name for name in names if name not in machine.disk.packages and not (known and name in PACKAGES)
    ]:
        for name in unknown:
            call.fail(f"E: Unable to locate package {name}")
        return FAILED
    for name in names:
        if name in machine.disk.packages:
            call.print(f"{name} is already the newest version ({machine.disk.packages[name]}).")
    wanted = closure(tuple(n for n in names if n in PACKAGES), frozenset(machine.disk.packages))
    extra = len(wanted) - len(set(names) & set(wanted))
    if wanted:
        call.print("The following NEW packages will be installed:\n  " + " ".join(sorted(wanted)))
    call.print(f"0 upgraded, {len(wanted)} newly installed, 0 to remove and 0 not upgraded.")
    if not wanted:
        return 0
    if extra and not yes:
        call.print("Do you want to continue? [Y/n] Abort.")
        return 1
    return await _fetch_and_unpack(call, wanted)


async def _fetch_and_unpack(call: Call, wanted: list[str]) -> int:
    machine = call.machine
    url, host = _mirror(machine)
    call.flush()
    if not machine.world.internet(machine):
        for name in wanted:
            call.fail(f"E: Failed to fetch {url}/pool/main/{name[0]}/{name}/{name}_i386.deb  "
                      f"Temporary failure resolving '{host}'")  # fmt: skip
        return call.fail(
            "E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?", FAILED
        )
    for name in wanted:
        await machine.world.clock.sleep(INSTALL_S)
        call.print(f"Setting up {name} ({PACKAGES[name].version}) ...")
        await unpack(machine, name)
        call.flush()
    return 0


async def unpack(machine: Machine, name: str) -> None:
    """Install one package: its files (configuration that is there is kept), its units enabled and started."""
    package = PACKAGES[name]
    machine.disk.packages[name] = package.version
    machine.disk.changed = True
    for directory in package.directories:
        machine.files.make_directory(directory, parents=True)
    for path, text in package.files.items():
        if machine.files.find(path) is None:
            machine.files.make_directory(path.rpartition("/")[0], parents=True)
            machine.files.put(path, Node(content=text.encode()))
    for unit in package.units:
        if unit not in machine.disk.masked:
            machine.disk.enabled.add(unit)
            if machine.booted:
                await start_unit(machine, unit)


async def _remove(call: Call, names: list[str]) -> int:
    machine = call.machine
    call.print("Reading package lists...\nBuilding dependency tree...\nReading state information...")
    for name in names:
        if name not in machine.disk.packages:
            if name not in PACKAGES:
                return call.fail(f"E: Unable to locate package {name}", FAILED)
            call.print(f"Package '{name}' is not installed, so not removed")
            continue
        for unit in PACKAGES[name].units if name in PACKAGES else ():
            await stop_unit(machine, unit)
            machine.disk.enabled.discard(unit)
        del machine.disk.packages[name]
        machine.disk.changed = True
        call.print(f"Removing {name} ...")
    return 0


def dpkg_query(call: Call) -> int:
    """`dpkg-query -W [-f FORMAT] [NAME...]`, `-s`: fields Package, Version, Status, db:Status-*."""
    try:
        options = parse(call.args, "Wslf:", {"show": "W", "showformat": "f:", "status": "s", "list": "l"})
    except OptionError as error:
        return call.fail(f"dpkg-query: error: {str(error).replace('unrecognized', 'unknown')}\n\n"
                         "Use --help for help about querying packages.", 2)  # fmt: skip
    if "s" in options:
        return _status(call, options.rest)
    if "W" not in options:
        return call.fail(
            "dpkg-query: error: need an action option\n\nUse --help for help about querying packages.", 2
        )
    form = options.get("f", "${Package}\\t${Version}\\n")
    status, installed = 0, call.machine.disk.packages
    for name in options.rest or sorted(installed):
        names = sorted(n for n in installed if _matches(name, n))
        if not names:
            status = call.fail(f"dpkg-query: no packages found matching {name}")
        for found in names:
            call.out += _format(form, found, installed[found]).encode()
    return status


def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), name) is not None


def _format(form: str, name: str, version: str) -> str:
    values = {"Package": name, "binary:Package": name, "Version": version, "Status": "install ok installed",
              "Architecture": "i386", "db:Status-Abbrev": "ii ", "db:Status-Status": "installed",
              "db:Status-Want": "install", "db:Status-Eflag": "ok"}  # fmt: skip
    text = re.sub(r"\$\{([^};]+)(?:;-?\d+)?\}", lambda m: values.get(m[1], ""), form)
    return text.replace("\\n", "\n").replace("\\t", "\t")


def _status(call: Call, names: list[str]) -> int:
    status = 0
    for name in names:
        if name not in call.machine.disk.packages:
            call.fail(f"dpkg-query: package '{name}' is not installed and no information is available")
            call.fail("Use dpkg --info (= dpkg-deb --info) to examine archive files,")
            status = call.fail("and dpkg --contents (= dpkg-deb --contents) to list their contents.")
            continue
        call.print(f"Package: {name}\nStatus: install ok installed\nArchitecture: i386\n"
                   f"Version: {call.machine.disk.packages[name]}\n")  # fmt: skip
    return status


def dpkg(call: Call) -> int:
    """`dpkg -s NAME`, `dpkg -l`, `dpkg --print-architecture`, `dpkg --configure -a`."""
    call.args = [word for word in call.args if not word.startswith("--force-")]
    if call.args[:1] in (["-s"], ["--status"]):
        return _status(call, call.args[1:])
    if call.args == ["--print-architecture"]:
        call.print("i386")
        return 0
    if call.args[:1] == ["--configure"]:
        return 0
    if call.args[:1] in (["-l"], ["--list"]):
        status = 0
        for name in call.args[1:] or sorted(call.machine.disk.packages):
            if name in call.machine.disk.packages:
                call.print(f"ii  {name:30} {call.machine.disk.packages[name]:24} i386")
            else:
                status = call.fail(f"dpkg-query: no packages found matching {name}")
        return status
    return call.fail("dpkg: error: need an action option", 2)
