"""The whole life of a lab of the exercise `dns`: run with the package on the path, as its own process."""

from __future__ import annotations

import sys
from pathlib import Path
from unittest.mock import patch

from esxlab import registered
from esxlab.backends.protocols import CommandResult
from esxlab.checks.asking import GuestAccess, LabCheck
from esxlab.spec.load import load_class_spec
from esxlab.spec.problems import SpecProblems
from esxlab.spec.schema import json_schema
from tests.classroom import classroom

SPEC = """\
class: names
groups: 1
scenario: dns
vsphere: {host: vcenter.school.example, user: prof, datacenter: School, esxi: esxi1.school.example}
router: none
zone: {host: intranet, address: 172.16.193.90}
"""
MACHINES = {"ns1", "ns2", "ClientB"}


def live(directory: Path) -> None:
    """Spec, schema, plan, provision, verify, drill, verify again, teardown."""
    spec = directory / "esxlab.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    group = load_class_spec(spec).group(1)
    assert {machine.key for machine in group.machines} == MACHINES
    assert len(group.parts) == 1, "parts of other families are absent"
    assert set(json_schema()["$defs"]["ZonePart"]["properties"]) == {"name", "host", "address"}
    judged(group)
    assert refused(directory, "machines: {ns1: {role: web}}") == ["E202"], "a role of another family"
    assert refused(directory, "zone: {address: 10.9.9.9}") == ["E301"], "in no network of the group"
    with classroom(spec, directory) as room:
        before = room.picture()
        plan = room.must("plan", "-o", "json").document
        assert [group["group"] for group in plan["groups"]] == [1]
        room.must("provision", "--yes")
        again = room.must("provision", "--yes", "--deep", "-o", "json").document
        assert [group["result"] for group in again["groups"]] == ["nothing"]
        checks = checks_of(room)
        assert {"dns-primary", "dns-secondary", "isolation"} <= checks.keys()
        assert {name: c for name, c in checks.items() if c["verdict"] != "ok"} == {}
        assert checks["dns-secondary"]["seen"] == "172.16.193.90"
        drills = room.must("drill", "--yes", "-o", "json").document["groups"][0]["drills"]
        assert [(drill["drill"], drill["verdict"]) for drill in drills] == [("primary", "ok")]
        assert "serveur secondaire" in checks_of(room, "--lang", "fr")["dns-secondary"]["question"]
        room.must("teardown", "--all", "--yes")
        assert room.picture() == before


def refused(directory: Path, line: str) -> list[str]:
    """The codes of what is wrong in the spec with this line instead of its own."""
    spec = directory / "wrong.yaml"
    spec.write_text(SPEC.replace("zone: {host: intranet, address: 172.16.193.90}", line), encoding="utf-8")
    try:
        load_class_spec(spec)
    except SpecProblems as problems:
        return [problem.code for problem in problems.problems]
    return []


def judged(group) -> None:
    """What dig may answer, and what the check makes of it (dig(1): 9, no reply from server)."""
    check = next(registered.exercise("dns").checks(group, GuestAccess(group.site, {})))
    for status, said, verdict in (
        (0, "172.16.193.90\n", "ok"),
        (0, "", "failed"),  # NXDOMAIN, or no such record
        (0, "172.16.193.80\n", "failed"),
        (9, ";; Connection to 172.16.193.10#53 failed: connection refused.\n", "failed"),
    ):
        with patch.object(LabCheck, "run", return_value=CommandResult(status, said, "")):
            assert check.ask(None).verdict == verdict, (status, said)


def checks_of(room, *words: str):
    document = room.must("verify", *words, "-o", "json").document
    return {check["check"]: check for check in document["groups"][0]["checks"]}


if __name__ == "__main__":
    live(Path(sys.argv[1]))
    print("lived")
