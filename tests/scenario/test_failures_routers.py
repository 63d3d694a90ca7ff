"""What goes wrong with routers: named, put back, nothing saved; other groups' routers are configured."""

from __future__ import annotations

import pytest

from esxlab.sim.router.configure import ConfigMode
from tests.troubled import troubled

pytestmark = pytest.mark.scenario
ROUTER = ("provision", "--only", "router", "--yes", "--quiet")
STRANGER = "ip nat inside source static tcp 172.16.9.9 80 interface FastEthernet0/0 80"


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with troubled(tmp_path_factory.mktemp("school"), groups="1-20", engine="idle") as trouble:
        trouble.must("provision", "--until", "networks", "--yes", "--quiet")
        yield trouble


def configured(trouble, group):
    router = trouble.router(group)
    return "ip nat inside source static" in router.box.running.render()


def put_back(trouble, group, before):
    """The running configuration is the old one, and nothing new was saved."""
    box = trouble.router(group).box
    assert box.running.render() == before
    assert "ip nat inside source" not in box.startup


def test_a_router_out_of_reach(up):
    access = up.directory / "school.json"
    whole = access.read_text(encoding="utf-8")
    router = up.router(1)
    access.write_text(whole.replace(f", {router.port}]", ", 1]"), encoding="utf-8")
    try:
        up.tells("router-unreachable", *ROUTER, "-g", "1-2", status=7)
    finally:
        access.write_text(whole, encoding="utf-8")
    assert (configured(up, 1), configured(up, 2)) == (False, True)
    up.must(*ROUTER, "-g", "1-2")
    assert configured(up, 1)


def test_a_wrong_router_password_is_tried_once(up):
    with up.nothing_changes():
        up.tells(
            "router-login",
            "plan",
            "--only",
            "router",
            "-g",
            "3",
            status=6,
            env={"ESXLAB_ROUTER_PASSWORD": "no"},
        )
    tried, accepts = [], up.router(3).accepts
    up.router(3).accepts = lambda user, password: tried.append(user) or accepts(user, password)
    up.tells("router-login-run", *ROUTER, "-g", "3", status=6, env={"ESXLAB_ROUTER_PASSWORD": "no"})
    assert tried == ["admin"] * 2  # two commands, one for each language
    assert not up.router(3).commands


def test_a_wrong_enable_secret(up):
    up.tells("router-enable", *ROUTER, "-g", "4", status=6, env={"ESXLAB_ROUTER_SECRET": "no"})
    assert not up.router(4).commands


def test_a_line_that_ios_refuses(up):
    before = up.router(5).box.running.render()
    up.router(5).faults.refuse["ip nat outside"] = "% Invalid input detected at '^' marker."
    up.tells("router-refused-line", *ROUTER, "-g", "5-6", status=7)
    put_back(up, 5, before)
    assert configured(up, 6)
    up.router(5).faults.refuse.clear()
    up.must(*ROUTER, "-g", "5-6")
    assert configured(up, 5)


def test_a_push_that_is_cut_in_the_middle(up):
    before = up.router(7).box.running.render()
    results = []
    for lang in ("en", "fr"):
        up.router(7).faults.cut_at = 3
        results.append(up.run(*ROUTER, "-g", "7-8", lang=lang))
    up.shows("router-cut", *ROUTER, "-g", "7-8", results=results, status=7)
    put_back(up, 7, before)
    assert configured(up, 8)
    up.must(*ROUTER, "-g", "7-8")
    assert configured(up, 7)


def test_an_outside_port_that_somebody_else_has(up):
    box = up.router(9).box
    type_in(box, STRANGER)
    before = box.running.render()
    up.tells("router-port-taken", *ROUTER, "-g", "9-10", status=7)
    assert box.running.render() == before
    assert configured(up, 10)
    type_in(box, f"no {STRANGER}")
    up.must(*ROUTER, "-g", "9-10")
    assert configured(up, 9)


def test_an_interface_that_the_router_has_not(up):
    spec = up.spec(
        "interface.yaml", groups="11-12", more="overrides:\n  11: {router: {outside: GigabitEthernet0/7}}\n"
    )
    up.tells("router-no-interface", *ROUTER, "-f", spec, status=7)
    assert (configured(up, 11), configured(up, 12)) == (False, True)


def test_a_router_that_does_not_save(up):
    before = up.router(13).box.running.render()
    up.router(13).faults.nvram_failure = True
    up.tells("router-not-saved", *ROUTER, "-g", "13", status=8)
    put_back(up, 13, before)
    up.router(13).faults.nvram_failure = False
    up.must(*ROUTER, "-g", "13")


def test_the_routers_own_web_server_is_warned_of_in_the_plan(up):
    type_in(up.router(14).box, "ip http server")
    with up.nothing_changes():
        up.tells("router-web-server", "plan", "--only", "router", "-g", "14", status=0)
    up.must(*ROUTER, "-g", "14")
    assert "web server" not in up.must("plan", "--only", "router", "-g", "14").output


def test_what_a_router_had_before_a_push_is_kept(up):
    before = up.router(15).box.running.render()
    result = up.must("provision", "--only", "router", "--yes", "-g", "15")
    kept = up.directory / "pins" / "routers" / f"{up.router(15).name}.before"
    assert before.splitlines()[-10:] == kept.read_text(encoding="utf-8").splitlines()[-10:]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert f"{up.router(15).name}: " in result.stderr


def test_another_router_answers_than_the_one_that_was_enrolled(up):
    more = "overrides:\n  16: {router: {serial_number: FTX00000000}}\n"
    spec = up.spec("serial.yaml", groups="16-17", more=more)
    up.tells("router-wrong", *ROUTER, "-f", spec, status=7)
    assert (configured(up, 16), configured(up, 17)) == (False, True)
    assert not [line for line in up.router(16).commands if not line.startswith(("show", "terminal"))]
    up.must(*ROUTER, "-g", "16-17")
    assert configured(up, 16)


def type_in(box, *lines):
    """Somebody else at the router's console."""
    mode = ConfigMode(box.running, box)
    assert not [answer for line in lines if (answer := mode.execute(line))]
