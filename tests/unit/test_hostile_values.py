"""Hostile values in every field of a spec: refused with the line, or byte for byte on the far side."""

from __future__ import annotations

import json
import shutil
import subprocess
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from light_bench import Bench
from pydantic import BaseModel

from esxlab.backends.guest.applying import build_apply
from esxlab.backends.guest.observing import build_observation
from esxlab.backends.vsphere.store import datastore_path
from esxlab.lab.guest import GuestChange, GuestFile
from esxlab.lab.ios import commands_between, found_table
from esxlab.sim.light.shell import parse_script
from esxlab.spec.exercise import EXERCISE
from esxlab.spec.layers import merge
from esxlab.spec.load import LoadedSpec
from esxlab.spec.model import GroupParts
from esxlab.spec.problems import SpecProblems
from esxlab.spec.schema import schema_text
from esxlab.workflow import wanted_labs
from tests.router_shapes import box_of, type_in
from tests.spec_text import load_text

BASE = {
    "class": "sio2",
    "groups": "1",
    "vsphere": {"host": "vc.example", "esxi": "e1"},
    "router": {"host": "r1"},
    "machines": {"srvweb1": {"hardware": dict(EXERCISE["hardware"])}},
    "clients": {"ClientA": {"hardware": dict(EXERCISE["hardware"])}},
}
KEY, ITEM = "<key>", "<item>"
HOSTILE = [
    "'", '"', "\n", "\r\n", "a\nb", "'; reboot #", '"; reboot; "', "$(reboot)", "`reboot`", "a|b", "a&b",
    "a>b", "$IFS", "a\\", "~", "*", "a?b", "?", "!", "^C", "\x03", "\x1a", "\x1b[31m", "\0", "\t", " a", "a ",
    "%2e%2e", "..", "../../etc/passwd", "a/../b", "/etc/passwd", "[ds] x", "a]b", "\xe9", "\u202e", "\ufeffa",
    "\U0001d51e", "-rf", "--", "@nic(00:50:56:00:00:01)@", "@release@", "{{ 7 * 7 }}", "{% raw %}", "x" * 300,
    "{{ ''.__class__ }}", "exit\nno ip routing", "a;b", "a b", "<x>", "&amp;", "#", "!x", "null", "yes",
]  # fmt: skip


def fields_of(model: type[BaseModel], path: tuple[str, ...] = ()):
    """(path, pattern) of every field that something can be written into; the pattern is empty without one."""
    for name, field in model.model_fields.items():
        yield from _parts(Annotated[field.annotation, *(field.metadata or (None,))], (*path, name))


def _parts(kind: Any, path: tuple[str, ...], pattern: str = ""):
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        found = (getattr(extra, "pattern", None) for extra in arguments[1:])
        yield from _parts(arguments[0], path, next((p for p in found if p), pattern))
    elif origin in {Union, UnionType}:
        kinds = [part for part in arguments if part is not type(None)]
        yield from _parts(kinds[0], path, pattern)
    elif origin is dict:
        yield from _parts(arguments[0], (*path, KEY))
        yield from _parts(arguments[1], (*path, "srvweb1"))
    elif origin is tuple:
        yield from _parts(arguments[0], (*path, ITEM))
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from fields_of(kind, path)
    else:
        yield path, pattern


CLASS_WIDE = sorted(json.loads(schema_text())["properties"].keys() - GroupParts.model_fields.keys())
UNDERSTOOD: set[str] = set()
"""Scripts that both shells have been heard to read alike: most fields are in none."""
FIELDS = dict(fields_of(GroupParts)) | {(name,): "" for name in CLASS_WIDE} | {("overrides", KEY): ""}


def with_value(path: tuple[str, ...], value: str):
    """The small class as YAML, a line for each key, with this value there; and the value's line."""
    part: Any = value
    for step in reversed(path):
        part = {value: {}} if step == KEY else [part] if step == ITEM else {step: part}
    escaped = max(value, default="") <= "\uffff"  # YAML knows no surrogate pairs
    lines = json.dumps(merge(BASE, part), indent=1, ensure_ascii=escaped).split("\n")
    text = json.dumps(value, ensure_ascii=escaped)
    return "\n".join(lines), [number for number, line in enumerate(lines, 1) if text in line]


def outcome(path, value, directory):
    text, lines = with_value(path, value)
    try:
        return load_text(text, directory), lines
    except SpecProblems as problems:
        return problems, lines


def test_the_fields_are_found_by_themselves():
    assert len(FIELDS) > 60
    for path in (("vsphere", "staging"), ("machines", KEY), ("cluster", "services", ITEM), ("class",)):
        assert path in FIELDS


@pytest.mark.parametrize("path", list(FIELDS), ids=".".join)
def test_hostile_values_are_refused_with_their_line_or_arrive_as_they_are(tmp_path, path):
    middle = "srv{}web" if path[-1] in {KEY, "hostname"} else "a{}b"
    for value in [*HOSTILE, *(middle.format(hostile) for hostile in HOSTILE[::3])]:
        result, lines = outcome(path, value, tmp_path)
        if isinstance(result, SpecProblems):
            assert {p.line for p in result.problems} & set(lines), (value, str(result))
        else:
            assert_arrives(result, tmp_path / "far side")


PATTERNED = sorted((path, pattern) for path, pattern in FIELDS.items() if pattern)


@given(st.sampled_from(PATTERNED), st.data())
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_a_field_takes_arrives_as_it_is(tmp_path, field, data):
    """The strangest values that the patterns allow, not only those that we thought of."""
    path, pattern = field
    value = data.draw(st.from_regex(pattern.removesuffix("$") + r"\Z"))
    result, _ = outcome(path, value, tmp_path)
    if isinstance(result, LoadedSpec):
        assert_arrives(result, tmp_path / "far side")


def assert_arrives(loaded, directory):
    """What is wanted of the first group is what files, shells, datastores and a router then hold."""
    specs = loaded.groups(None)[:1]
    (lab,) = wanted_labs(specs, lambda *_: "phrase")
    for machine in lab.machines:
        assert datastore_path(machine.datastore, machine.folder) == f"[{machine.datastore}] {machine.folder}"
        assert machine.name.isprintable()
        assert machine.guest is not None
        change = GuestChange(
            hostname=machine.guest.hostname,
            write=machine.guest.files,
            remove=machine.guest.absent_files,
            services=machine.guest.services,
            sysctl=machine.guest.sysctl,
        )
        observation = build_observation(machine.guest, delimiter="0123456789abcdef")
        scripts = {build_apply(change, batch="/run/esxlab-1"), observation} - UNDERSTOOD
        for script in scripts:
            assert said_by_a_real_shell(script, directory) == said_by_the_simulated_one(script)
            UNDERSTOOD.add(script)
        hostname = ["hostname", machine.guest.hostname]
        assert hostname in said_by_the_simulated_one(build_apply(change, batch="/run/esxlab-1"))
    if lab.router:
        assert_typed(lab.router.table)


BUILTINS = {"set", "echo", "printf", "command"}
"""What a shell does itself, so that no program in its PATH hears of it."""


def said_by_the_simulated_one(script):
    words = [["".join(text for text, _, _ in word.pieces) for word in c.words] for c in parse_script(script)]
    return [command for command in words if command[0] not in BUILTINS]


STUB = """#!/bin/sh
printf '%s\\0' "${0##*/}" "$@" >>"$SAID"
printf '\\n\\0' >>"$SAID"
"""


def said_by_a_real_shell(script, directory):
    """What /bin/sh makes of the script, where every command only writes down how it was called."""
    names = {command[0] for command in said_by_the_simulated_one(script)}
    directory.mkdir(exist_ok=True)
    stubs = directory / "stubs"
    shutil.rmtree(stubs, ignore_errors=True)
    stubs.mkdir()
    for name in names:
        assert "/" not in name
        (stubs / name).write_text(STUB, encoding="ascii")
        (stubs / name).chmod(0o755)
    said = directory / "said"
    said.write_bytes(b"")
    done = subprocess.run(
        ["/bin/sh", "-s"],
        input=script.encode(),
        cwd=directory,
        env={"PATH": str(stubs), "SAID": str(said)},
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert {path.name for path in directory.iterdir()} == {"said", "stubs"}
    calls = said.read_bytes().decode().split("\n\0")[:-1]
    return [call.split("\0")[:-1] for call in calls]


def assert_typed(table):
    """Every line stands on the simulated IOS as it was meant, and nothing else was said there."""
    box = box_of()
    before = found_table(box.running.render(), table)
    assert type_in(box, commands_between(before, table)) == []
    assert found_table(box.running.render(), table) == table


def test_files_arrive_byte_for_byte(tmp_path):
    """The script that installs a batch, in the simulated machine's own shell and file system."""
    loaded = load_text(with_value(("cluster", "services", ITEM), "a+b.c@d-e")[0], tmp_path)
    (lab,) = wanted_labs(loaded.groups(None), lambda *_: "phrase")
    odd = [GuestFile(f"/etc/odd/it's {number}", value) for number, value in enumerate(HOSTILE)]
    for wanted in lab.machines:
        bench = Bench()
        machine = bench.machine(wanted.owner.machine, 101)
        names = {nic.mac: f"ens{slot}" for slot, nic in enumerate(wanted.nics)}
        files = [*(file.resolved(names) for file in wanted.guest.files), *odd]
        machine.files.make_directory("/run/esxlab-1", parents=True)
        for number, file in enumerate(files):
            machine.files.write(f"/run/esxlab-1/{number}", file.content.encode())
        script = build_apply(GuestChange(write=tuple(files)), batch="/run/esxlab-1")
        assert bench.sh(machine, script) == (0, "", "")
        for file in files:
            assert machine.files.read(file.path) == file.content.encode()
