"""Whole commands, as outside of any school: an edited record, a colleague's, a forged guest or router.

Each of them leads to a listener on the loopback that would keep every byte of a password. Nobody dials it.
"""

from __future__ import annotations

import json
import shlex

import pytest
from pyVmomi import vim

from tests.commands import Starter
from tests.listener import listening
from tests.troubled import troubled

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
guest: {{host_key: none}}
router: {{host: 127.0.0.1, port: {routers[0]}}}
overrides:
  2: {{router: {{host: localhost, port: {routers[1]}}}}}
"""
OTHER = "5f0cf1d0-0000-4000-8000-000000000001"

pytestmark = pytest.mark.scenario


class Computer:
    """A teacher's computer: its own home, the passwords in the environment, no school."""

    def __init__(self, up, home):
        self.up, self.home = up, home
        passwords = {f"ESXLAB_{kind.upper()}_PASSWORD": word for kind, word in up.access["passwords"].items()}
        passwords["ESXLAB_ROUTER_SECRET"] = up.access["passwords"]["router_secret"]
        home.mkdir(exist_ok=True)
        own = {
            "XDG_DATA_HOME": str(home),
            "XDG_STATE_HOME": str(home),
            "ESXLAB_SCHOOL": str(up.directory),
        }  # used with --sim only
        self._starter = Starter(home, {**own, **passwords})
        (self.pin,) = up.access["thumbprints"].values()
        ports = [up.router(group).port for group in (1, 2)]
        self.spec = home / "real.yaml"
        self.spec.write_text(SPEC.format(vcenter=up.proxy.port, routers=ports, pin=self.pin))

    def run(self, *words, status=None):
        done = self._starter.run(*words)
        said = done.out + done.err
        assert status is None or done.status == status, f"{words}: {done.status}\n{said}"
        assert not any(word in said for word in self.up.access["passwords"].values())
        return said

    def close(self):
        self._starter.close()

    def of_spec(self, *words, **how):
        return self.run(*words, "-f", self.spec, **how)

    def teardown(self, group, *words, **how):
        """Without any spec: the login and the class's name."""
        login = (f"--server=127.0.0.1:{self.up.proxy.port}", "--user=prof", f"--thumbprint={self.pin}")
        return self.run("teardown", "--class=demo", f"--group={group}", *login, "--yes", *words, **how)


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    """Two groups with port groups, a home each, and their lines on their routers."""
    with troubled(tmp_path_factory.mktemp("school"), groups="1-2", engine="light") as trouble:
        yield trouble


@pytest.fixture(scope="module")
def computer(up, tmp_path_factory):
    found = Computer(up, tmp_path_factory.mktemp("mine"))
    found.of_spec("trust", "--yes", status=0)
    yield found
    found.close()


@pytest.fixture
def stranger(up, tmp_path):
    """Another computer, which has never met these routers."""
    found = Computer(up, tmp_path / "stranger")
    yield found
    found.close()


@pytest.fixture
def mine(up, computer):
    """My computer, which has pushed both groups' lines."""
    if not (record(up, 1).exists() and record(up, 2).exists()):
        computer.of_spec("provision", "--until", "networks", "--yes", status=0)
        computer.of_spec("provision", "--only", "router", "--yes", status=0)
    return computer


@pytest.fixture
def evil(tmp_path):
    with listening(tmp_path / "evil") as found:
        yield found


@pytest.fixture
def impostor(tmp_path):
    """A router that asks for a password before anybody knows who it is."""
    with listening(
        tmp_path / "router", tls=False, greeting=b"\r\nUser Access Verification\r\n\r\nPassword: "
    ) as found:
        yield found


def record(up, group):
    return up.store / f"esxlab-demo-g{group:02d}" / "record.json"


def edit(path, change):
    kept = path.read_text()
    content = json.loads(kept)
    change(content)
    path.write_text(json.dumps(content))
    return kept


def lead_to(evil, **more):
    server = {"host": "127.0.0.1", "user": "colleague", "port": evil.port, "thumbprint": evil.thumbprint}

    def change(content):
        content["site"]["server"] = server
        content.update(more)

    return change


def logins(up):
    """Who has logged in to the vCenter since the checkpoint."""
    calls = up.proxy.calls.since(up.marks[next(iter(up.school.proxies))])
    return {dict(call.arguments)["userName"] for call in calls if call.method == "Login"}


def router_logins(up):
    return [up.router(group).box.log.logins for group in (1, 2)]


def test_an_edited_record_gets_no_password(up, mine, evil):
    kept = edit(record(up, 1), lead_to(evil, server_identity=OTHER))
    up.checkpoint()
    for words in (["--dry-run"], []):
        said = mine.teardown(1, *words, status=4)
        assert "its home is on 127.0.0.1" in said
        command = next(line for line in said.splitlines() if "esxlab teardown" in line)
        assert f"--server=127.0.0.1:{evil.port}" in shlex.split(command.split("`")[1])
    said = mine.run(
        "teardown", "--all", "-f", mine.spec, "--dry-run", status=7
    )  # with the spec too, and the neighbour is planned
    assert "esxlab teardown --class=demo --group=1" in said
    assert evil.silent
    assert logins(up) == {"prof"}
    record(up, 1).write_text(kept)
    edit(record(up, 1), lead_to(evil))  # the server still knows itself
    mine.teardown(1, status=0)
    assert evil.silent
    assert logins(up) == {"prof"}
    assert not record(up, 1).exists()


def test_a_colleagues_record_decides_neither_where_nor_as_whom_a_router_is_locked(up, mine, evil):
    """He uses the router too; his server, his account and his host are words in a file."""
    theirs = up.store / "esxlab-other-g09"
    theirs.mkdir()
    content = json.loads(record(up, 1).read_text())
    lead_to(evil, server_identity=OTHER)(content)
    content["group"] = {"class_name": "other", "number": 9}
    (theirs / "record.json").write_text(json.dumps(content))
    mine.teardown(1, status=0)
    up.checkpoint()
    mine.of_spec("provision", "-g", "1", "--until", "networks", "--yes", status=0)
    mine.of_spec("provision", "-g", "1", "--only", "router", "--yes", status=0)
    assert up.router_lines() != {}
    assert evil.silent
    assert logins(up) == {"prof"}
    (theirs / "record.json").unlink()
    theirs.rmdir()


def test_a_router_that_a_record_names_is_not_dialled(up, mine, stranger, impostor):
    """Not in the place of one that was confirmed here, not on a computer that knows no router at all."""
    kept = edit(
        record(up, 1),
        lambda content: content["router_address"].update(
            host="router1.evil.example", port=impostor.port, device_type="cisco_ios_telnet"
        ),
    )
    before = router_logins(up)
    for words in (["--dry-run"], []):
        said = mine.teardown(1, *words)
        assert "router1.evil.example" in said
    assert "router.only_in_record" in said or "--router=telnet://admin@router1.evil.example" in said
    assert router_logins(up) == before

    content = json.loads(kept)  # the right one again; but where it is reached is not the record's to say
    content["router_address"].update(port=impostor.port, device_type="cisco_ios_telnet", user="colleague")
    record(up, 1).write_text(json.dumps(content))
    said = stranger.teardown(1, status=4)
    assert f"esxlab trust --router=telnet://colleague@127.0.0.1:{impostor.port}" in said
    assert record(up, 1).exists()
    assert impostor.silent
    assert router_logins(up) == before
    mine.teardown(1, status=0)  # as it was confirmed here: promise 4
    assert impostor.silent
    assert not record(up, 1).exists()
    assert router_logins(up)[0] > before[0]


def test_what_was_left_goes_once_the_router_is_confirmed(up, mine, stranger):
    said = stranger.teardown(2)
    command = shlex.split(next(line for line in said.splitlines() if "esxlab trust" in line).split("`")[1])
    assert record(up, 2).exists()
    assert command[:2] == ["esxlab", "trust"]
    stranger.run(*command[1:], "--yes", status=0)
    stranger.teardown(2, status=0)
    assert not record(up, 2).exists()


def test_a_router_with_another_host_key_gets_no_password(up, mine):
    """Who answers in the router's place shows a key of his own."""
    (pins,) = mine.home.rglob("router_keys")
    known = dict(line.split(" ", 1) for line in pins.read_text().splitlines())
    forged = {"127.0.0.1": known["localhost"], "localhost": known["127.0.0.1"]}
    kept = pins.read_text()
    pins.write_text("".join(f"{host} {key}\n" for host, key in forged.items()))
    before = router_logins(up)
    said = mine.teardown(1)
    assert "router.host_key" in said or "SHA256:" in said
    assert router_logins(up) == before
    pins.write_text(kept)
    mine.teardown(1, status=0)


def test_in_the_embedded_school_the_book_says_who_is_who(up, mine, stranger):
    """No spec, another computer: the school's routers need no confirmation of anybody's."""
    mine.teardown(1, status=0)
    up.provision("1", "--until", "networks")
    up.provision("1", "--only", "router")
    assert json.loads(record(up, 1).read_text())["router_address"]["host"] == "router1.school.example"
    up.checkpoint()
    stranger.run("teardown", "--sim", "--class=demo", "--group=1", "--yes", status=0)
    assert list(up.router_lines()) == ["router1.school.example"]
    assert not record(up, 1).exists()


def test_a_guest_that_says_that_it_is_this_computer_is_not_dialled(up, mine, impostor):
    """Root in a guest writes guestinfo and has Tools report any address, as the school's own guests do."""
    mine.of_spec("provision", "-g", "1", "--only", "machines", "--yes", status=0)
    with up.admin() as admin:
        for name in ("g01-srvweb1", "g01-srvweb2"):
            machine = admin.machine(name)
            said = vim.option.OptionValue(key="guestinfo.esxlab.ssh_port", value=str(impostor.port))
            admin.wait(machine.ReconfigVM_Task(vim.vm.ConfigSpec(extraConfig=[said])))
    said = mine.of_spec(
        "provision", "-g", "1", "--only", "machines", "--only", "guests", "--boot-timeout", "5", "--yes"
    )
    assert "vsphere.no_address" in said
    assert impostor.silent
