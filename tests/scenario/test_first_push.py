"""The rule for routers outside the school: no password and no line before somebody has confirmed them.

The spec dials the loopback by itself, without an access file: to esxlab these are a real vCenter and real
routers.
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.troubled import troubled

ROOT = Path(__file__).parents[2]
SPEC = """\
class: demo
groups: 1-2
vsphere:
  host: 127.0.0.1
  port: {vcenter}
  thumbprint: "{pin}"
  user: prof
  datacenter: School
  esxi: esxi1.school.example
  datastore: datastore1
  model: modeleD9
router: {{host: 127.0.0.1, port: {routers[0]}}}
overrides:
  2: {{router: {{host: localhost, port: {routers[1]}}}}}
"""

pytestmark = pytest.mark.scenario


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with troubled(tmp_path_factory.mktemp("school"), groups="1-2", engine="idle") as trouble:
        yield trouble


@pytest.fixture
def esxlab(up, tmp_path):
    """Commands with a home of their own, which know nothing of a school."""
    spec = tmp_path / "real.yaml"
    (pin,) = up.access["thumbprints"].values()
    ports = [up.router(group).port for group in (1, 2)]
    spec.write_text(SPEC.format(vcenter=up.proxy.port, routers=ports, pin=pin))
    passwords = {f"ESXLAB_{kind.upper()}_PASSWORD": word for kind, word in up.access["passwords"].items()}
    passwords["ESXLAB_ROUTER_SECRET"] = up.access["passwords"]["router_secret"]
    extra = {
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "ESXLAB_LANG": "en",
        **passwords,
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ESXLAB")} | extra

    def run(*words, terminal=False):
        if terminal:
            return on_a_terminal([*words, "-f", str(spec)], environment)
        done = subprocess.run(
            [sys.executable, "-m", "esxlab", *words, "-f", str(spec)],
            env=environment,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def on_a_terminal(words, environment):
    """Somebody sits there, and types nothing."""
    ours, theirs = pty.openpty()
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
    process = subprocess.Popen([sys.executable, "-m", "esxlab", *words], env=environment, **streams)
    code = process.wait(timeout=120)
    os.close(theirs)
    said = os.read(ours, 65536).decode()
    os.close(ours)
    return code, said


def logins(up):
    return [up.router(group).box.log.logins for group in (1, 2)]


def test_nothing_is_sent_to_a_router_before_it_is_confirmed(up, esxlab, tmp_path) -> None:
    push = ("provision", "--only", "router", "--yes")
    code, said = esxlab("provision", "--until", "networks", "--yes")
    assert code == 0, said
    up.checkpoint()
    code, said = esxlab("doctor")
    assert code != 0, said
    assert said.count("router.unconfirmed") >= 2, said
    code, said = esxlab(*push)
    assert code != 0, said
    assert said.count("router.unconfirmed") >= 2, said
    assert said.count("SHA256:") >= 2
    assert "esxlab trust" in said
    code, said = esxlab("ssh", "-g", "1", "router", terminal=True)
    assert code != 0, said
    assert "router.unconfirmed" in said
    assert not list(tmp_path.rglob("router_keys"))  # looking has pinned nothing
    assert up.router_lines() == {}
    assert logins(up) == [0, 0]

    code, said = esxlab("trust", "--yes")
    assert code == 0, said
    assert up.router_lines() == {}
    assert logins(up) == [1, 1]
    code, said = esxlab(*push)
    assert code == 0, said
    assert set(up.router_lines()) == {"router1.school.example", "router2.school.example"}

    up.checkpoint()
    up.router(1).box.serial_number = "FTX0000000"  # somebody has exchanged it for another one
    code, said = esxlab("teardown", "--group", "1", "--yes")
    assert code != 0, said
    assert "FTX0000000" in said
    code, said = esxlab("ssh", "-g", "1", "router", terminal=True)
    assert code != 0, said
    assert "router.wrong_serial" in said
    assert up.router_lines() == {}
