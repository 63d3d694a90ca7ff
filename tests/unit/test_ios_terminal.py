"""The stand-in, without sockets: what its command line takes, what it refuses, where the caret points."""

from __future__ import annotations

import itertools
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esxlab.lab.ios import found_table
from esxlab.planning.router_difference import diff_router
from esxlab.sim.contracts import StaticNatView
from esxlab.sim.router.exec_commands import Hangup
from esxlab.sim.router.terminal import Terminal
from esxlab.sim.router.vty import Vty
from tests.router_shapes import StillClock, box_of, exercise_table, type_in

SECRET = "s"
STATIC = "ip nat inside source static tcp 172.16.193.30 80 interface FastEthernet 0/0 80"


def terminal_of(box=None, *lines):
    terminal = Terminal(box or box_of(), secret="s")
    for line in ("enable", "s", *lines):
        terminal.answer(line)
    return terminal


def prompts(*lines):
    terminal = Terminal(box_of(), secret="s")
    seen = [terminal.prompt]
    for line in lines:
        terminal.answer(line)
        seen.append(terminal.prompt)
    return seen


def test_prompts_follow_the_mode():
    lines = ("en", "s", "conf t", "int fa0/0", "int fa 0/1.7", "exit", "archive", "end", "disable")
    modes = ["(config)#", "(config-if)#", "(config-subif)#", "(config)#", "(config-archive)#", "#", ">"]
    assert prompts(*lines) == ["R7>", "Password: ", "R7#", *(f"R7{mode}" for mode in modes)]


def test_a_wrong_secret_is_asked_for_three_times():
    assert prompts("enable", "x", "y", "z") == ["R7>", "Password: ", "Password: ", "Password: ", "R7>"]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("sh ip", "% Incomplete command.\n\n"),
        ("co t", '% Ambiguous command:  "co t"\n'),
        ("conf x", "        ^\n% Invalid input detected at '^' marker.\n\n"),
        ("hello", "   ^\n% Invalid input detected at '^' marker.\n\n"),
        ("show startup-config", "startup-config is not present\n"),
    ],
)
def test_exec_refusals(line, answer):
    assert terminal_of().answer(line) == answer


def test_user_mode_does_not_know_the_privileged_commands():
    terminal = Terminal(box_of(), secret="s")
    for line in ("configure terminal", "show running-config", "write memory", "reload"):
        assert "% Invalid input" in terminal.answer(line)


def test_the_caret_stands_below_the_first_word_that_is_not_understood():
    terminal = terminal_of(None, "conf t", "int fa0/0")
    line = "ip address 10.0.0.1 255.255.255.x"
    caret = terminal.answer(line).splitlines()[0]
    assert (terminal.prompt + line)[len(caret) - 1 :] == "255.255.255.x"


@pytest.mark.parametrize(
    ("commands", "answer"),
    [
        (["int fa0/0", "ip address 10.0.0.1 255.0.255.0"], "Bad mask 0xFF00FF00 for address 10.0.0.1\n"),
        (["int fa0/0", "ip address 10.0.0.0 255.0.0.0"], "Bad mask /8 for address 10.0.0.0\n"),
        (
            ["int fa0/0", "ip address 10.0.0.1 255.0.0.0", "int fa0/1", "ip address 10.1.0.1 255.255.0.0"],
            "% 10.1.0.0 overlaps with FastEthernet0/0\n",
        ),
        (["int fa0/0", "no ip address 10.0.0.1 255.0.0.0"], "% Invalid address\n"),
        (["no " + STATIC], "%Translation not found\n"),
        (
            [STATIC, STATIC.replace(".30", ".31")],
            "%NAT: similar static entry (172.16.193.30 -> FastEthernet0/0) in table_id 0 already exists\n",
        ),
        (["no int fa0/0"], "% Removal of physical interfaces is not permitted.\n"),
    ],
)
def test_configuration_refusals(commands, answer):
    assert type_in(box_of(), commands) == [answer]


def test_a_subinterface_takes_no_address_before_its_encapsulation():
    box = box_of()
    assert "only allowed if that" in type_in(box, ["int fa0/1.7", "ip address 10.0.0.1 255.0.0.0"])[0]
    assert type_in(box, ["int fa0/1.7", "encap dot 7", "ip address 10.0.0.1 255.0.0.0"]) == []
    assert "same VID (7)" in type_in(box, ["int fa0/1.8", "encap dot 7"])[0]


def in_use_box(**faults):
    box = box_of(**faults)
    type_in(box, ["int fa0/0", "ip address 192.16.193.20 255.255.255.0", "no shut", STATIC])
    box.translation_used(
        StaticNatView("tcp", IPv4Address("172.16.193.30"), 80, IPv4Address("192.16.193.20"), 80)
    )
    return box


@pytest.mark.parametrize(("reply", "left"), [("yes", 0), ("no", 1), ("", 1)])
def test_an_entry_in_use_asks_before_it_goes(reply, left):
    box = in_use_box()
    terminal = terminal_of(box, "conf t")
    terminal.answer("no " + STATIC)
    assert terminal.prompt.endswith("do you want to delete child entries? [no]: ")
    terminal.answer(reply)
    assert terminal.prompt == "R7(config)#"
    assert len(box.running.statics) == left


def test_an_older_ios_refuses_until_the_translations_are_cleared():
    box = in_use_box(refuses_static_in_use=True)
    terminal = terminal_of(box, "conf t")
    assert terminal.answer("no " + STATIC) == "%Static entry in use, cannot remove\n"
    terminal.answer("do clear ip nat translation *")
    assert terminal.answer("no " + STATIC) == ""


def test_running_is_lost_with_the_power_and_startup_is_not():
    box = box_of()
    type_in(box, ["hostname Rouge"])
    terminal = terminal_of(box, "write memory")
    type_in(box, ["hostname Vert"])
    for line in ("reload", "no"):
        terminal.answer(line)
    with pytest.raises(Hangup):
        terminal.answer("")
    assert box.running.hostname == "Rouge"


def test_what_is_saved_is_what_comes_back():
    box = box_of()
    type_in(box, ["int fa0/0", "ip address 192.16.193.20 255.255.255.0", "ip nat outside", "no shut"])
    type_in(box, ["int fa0/1.7", "encap dot1Q 7 native", "ip address 10.7.0.1 255.255.0.0", STATIC])
    type_in(box, ["archive", "path flash:old", "ip route 0.0.0.0 0.0.0.0 10.7.0.2", "no ip routing"])
    text = box.running.render()
    assert box_of(startup=text).running.render() == text


def test_the_revert_timer_needs_an_archive_and_puts_everything_back():
    clock = StillClock()
    box = box_of(clock=clock)
    terminal = terminal_of(box)
    assert "Turn config archive on" in terminal.answer("configure terminal revert timer 5")
    type_in(box, ["archive", "path flash:esxlab"])
    before = box.running.render()
    for line in ("configure terminal revert timer 5", "hostname Autre", "end"):
        terminal.answer(line)
    assert box.running.hostname == "Autre"
    clock.pass_time()
    assert box.running.render() == before
    assert terminal.answer("configure confirm").startswith("%No Rollback")


def test_confirming_keeps_the_change():
    box = box_of()
    type_in(box, ["archive", "path flash:esxlab"])
    terminal = terminal_of(box, "configure terminal revert timer 5", "hostname Autre", "end")
    assert terminal.answer("configure confirm") == ""
    assert terminal.answer("configure revert now").startswith("%No Rollback")
    assert box.running.hostname == "Autre"


def test_an_older_ios_does_not_know_the_revert_timer():
    said = terminal_of(box_of(no_revert_timer=True)).answer("configure terminal revert timer 5")
    assert "% Invalid input" in said


def test_nvram_that_is_busy_or_of_another_image():
    assert "[OK]" not in terminal_of(box_of(nvram_failure=True)).answer("write")
    terminal = terminal_of(box_of(nvram_question=True), "write memory")
    assert terminal.prompt.endswith("[confirm]")
    assert "[OK]" in terminal.answer("")


def test_copy_run_start_asks_for_the_name():
    terminal = terminal_of(None, "copy run start")
    assert terminal.prompt == "Destination filename [startup-config]? "
    assert "[OK]" in terminal.answer("")


def test_the_model_hears_of_what_it_can_see_and_only_of_that():
    heard = []
    box = box_of()
    box.changed = heard.append
    terminal = terminal_of(box, "conf t")
    for line in ("hostname R9", "int fa0/0", "no shut", "no shut"):
        terminal.answer(line)
    assert [[i.up for i in view.interfaces] for view in heard][-1] == [True, False]
    assert len(heard) == 2  # the first look, and the link


def typed_into(box, text, *, secret=SECRET):
    shown = []
    vty = Vty(box, Terminal(box, secret=secret), write=shown.append, hang_up=lambda: shown.append("<closed>"))
    vty.start()
    vty.feed(text)
    return "".join(shown)


def test_a_password_is_not_echoed():
    assert "tr0ub4dor" not in typed_into(box_of(), "enable\ntr0ub4dor\n", secret="tr0ub4dor")


def test_long_answers_wait_for_a_key():
    shown = typed_into(box_of(), "enable\ns\nshow running-config\n")
    assert shown.endswith(" --More-- ")
    assert typed_into(box_of(), "enable\ns\nshow running-config\n ").endswith("\nR7#")
    assert typed_into(box_of(), "enable\ns\nterminal length 0\nshow running-config\n").endswith("end\nR7#")


def test_a_question_mark_answers_at_once():
    assert "\n  configure\n" in typed_into(box_of(), "enable\ns\nco?")


def test_exit_closes():
    assert typed_into(box_of(), "exit\n").endswith("<closed>")


def test_the_wire_may_cut_a_line_anywhere():
    text = (
        "enable\r\ns\r\nterminal length 0\r\nconf t\r\nint fa0/0\r\n ip address 10.0.0.1 255.0.0.0\r\nend\r\n"
    )
    box = box_of()
    vty = Vty(box, Terminal(box, secret="s"), write=lambda _: None, hang_up=lambda: None)
    vty.feed(text)
    assert str(box.running.interfaces["FastEthernet0/0"].address) == "10.0.0.1/8"


@given(st.lists(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789 ./|", max_size=30), max_size=8))
def test_no_typed_line_breaks_the_command_line(lines):
    terminal = terminal_of()
    try:
        for line in itertools.chain(lines, ["conf t"], lines):
            terminal.answer(line)
    except Hangup:
        pass


def test_a_slow_router_answers_in_order():
    clock = StillClock()
    box = box_of(clock=clock, delay_s=0.5)
    shown = []
    vty = Vty(box, Terminal(box, secret="s"), write=shown.append, hang_up=lambda: None)
    vty.feed("enable\ns\nshow version\n")
    for _ in range(3):
        assert "Cisco IOS" not in "".join(shown)
        clock.pass_time()
    assert "Cisco IOS" in "".join(shown)


def test_abbreviated_and_full_commands_do_the_same():
    full, short = box_of(), box_of()
    type_in(full, ["interface FastEthernet0/0", "ip address 10.0.0.1 255.0.0.0", "no shutdown"])
    type_in(short, ["int f 0/0", "ip add 10.0.0.1 255.0.0.0", "no sh"])
    assert full.running.render() == short.running.render()


def test_our_own_commands_are_all_taken():
    box = box_of()
    wanted = exercise_table()
    change = diff_router(wanted, found_table(box.running.render(), wanted))
    terminal = terminal_of(box, "conf t")
    assert [terminal.answer(line) for line in change.commands] == [""] * len(change.commands)
