"""A conversation on a clock that stands still: silence, drip and flood, echo and prompt, on any wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esxlab.backends.router.conversation import Conversation, either, last_line, pattern
from esxlab.backends.router.limits import Limits, Patience
from esxlab.backends.router.login import Answers, learn_prompt, log_in
from esxlab.backends.router.screen import Screen
from esxlab.backends.router.session import Session
from esxlab.backends.router.wires import Wire
from esxlab.errors import LabError
from esxlab.sim.router.terminal import Terminal
from esxlab.sim.router.vty import Vty
from tests.router_shapes import box_of

LIMITS = Limits(quick=Patience(10.0, 60.0), waking=Patience(2.0, 60.0), size=10_000)


class Script(Wire):
    """What comes, with the seconds before it; time passes only here. `replies` hears what was typed."""

    def __init__(self, *pieces, replies=lambda _: ()) -> None:
        super().__init__("r1", close=lambda: None)
        self.now = 0.0
        self.sent = []
        self.replies = replies
        self.coming = [(after, text) for after, text in pieces]

    def _send(self, data, limit_s):
        self.sent.append(data.decode())
        self.coming += [(0.0, reply) for reply in self.replies(data.decode())]

    def _receive(self, wait_s):
        if not self.coming or self.coming[0][0] > wait_s:
            self.now += wait_s
            if self.coming:
                after, text = self.coming[0]
                self.coming[0] = (after - wait_s, text)
            return b""
        after, text = self.coming.pop(0)
        self.now += after
        if text is None:
            raise EOFError
        return text.encode()

    def talk(self, limits=LIMITS):
        return Conversation(self, limits, clock=lambda: self.now)


def fails(code, talk):
    with pytest.raises(LabError) as caught:
        talk.read(last_line("R1#"), LIMITS.quick)
    assert caught.value.code == code
    return caught.value


def test_silence_is_counted_from_the_last_word():
    script = Script((9.0, "one"), (9.0, "two"), (9.0, "three"))
    error = fails("router.silent", script.talk())
    assert 37.0 <= script.now < 37.1
    assert (error.detail, error.facts["seconds"]) == ("onetwothree", 10)


def test_a_drip_does_not_start_the_clock_anew():
    script = Script(*[(1.5, "x")] * 1000)
    error = fails("router.endless", script.talk())
    assert 60.0 <= script.now <= 62.0
    assert error.detail.endswith("xxx")


def test_all_answers_together_have_a_limit_too():
    script = Script(*[(1.0, "R1#")] * 1000)
    talk = script.talk()
    talk.allow(100.0)
    for _ in range(100):
        talk.read(last_line("R1#"), LIMITS.quick)
    fails("router.endless", talk)
    assert script.now <= 102.0


def test_a_flood_ends_at_its_size_though_no_time_has_passed():
    error = fails("router.too_long", Script(*[(0.0, "IP: s=10.0.0.1\r\n")] * 1000).talk())
    assert error.detail.endswith("IP: s=10.0.0.1")


def test_the_end_of_the_line_comes_with_its_last_words():
    assert fails("router.cut", Script((0.1, "bye\x1b[31m\x07"), (0.1, None)).talk()).detail == "bye"


def test_what_ends_in_a_prompt_and_goes_on_at_once_was_none():
    script = Script((0.0, "show x\nbanner motd\nR1#"), (0.0, "\n^C\nend\nR1#"))
    answer = script.talk().read(last_line("R1#"), LIMITS.long, settle=True)
    assert answer.endswith("end\nR1#")


def test_console_messages_behind_a_prompt_do_not_hide_it():
    text = "R1#\n*Mar  1 00:12:34.567: %LINK-3-UPDOWN: Interface FastEthernet0/0, changed state to up\n"
    assert Script((0.0, text)).talk().read(last_line("R1#"), LIMITS.quick) == "R1#"


LONG = "ip nat inside source static tcp 172.16.193.30 80 interface FastEthernet0/0 80"
RECORDED_COMMAND = "show archive config differences flash:/candidate_config.txt system:/running-config"
RECORDED = (
    RECORDED_COMMAND[:66]
    + "\b" * 66
    + "$e config differences flash:/candidate_config.txt system:         "
    + "\b" * 9
    + "/running-"
    + "\b" * 66
    + "$ifferences flash:/candidate_config.txt system:/running-c         "
    + "\b" * 9
    + "onfig"
)
"""What a router echoed of this command at 80 columns (netmiko#160)."""


def typed_at(width, line, *, prompt):
    """What the simulated router echoes of a line."""
    box, out = box_of(), []
    box.running.hostname = prompt.removesuffix("#")
    terminal = Terminal(box, secret="s")
    terminal.privileged, terminal.width = True, width
    vty = Vty(box, terminal, write=out.append, hang_up=out.clear)
    vty.feed(line)
    return "".join(out)


def test_the_simulated_router_scrolls_as_a_real_one_did():
    assert typed_at(80, RECORDED_COMMAND, prompt="twelve-signs#") == RECORDED


def test_the_echo_that_a_real_router_scrolled_is_recognised():
    talk = Script((0.0, RECORDED + "\r\n!Contextual Config Diffs:\r\n")).talk()
    talk.echo(RECORDED_COMMAND)
    assert talk.read(pattern("Diffs:"), LIMITS.quick) == "\n!Contextual Config Diffs:"


@pytest.mark.parametrize("prompt", ["", "R1#"], ids=["without its prompt", "with"])
@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_scrolled_echo_is_recognised(width, prompt):
    script = Script((0.0, prompt + typed_at(width, LONG, prompt="R1#") + "\r\nR1(config)#"))
    talk = script.talk()
    talk.echo(LONG)
    assert talk.read(last_line(r"R1\(config\)#"), LIMITS.quick) == "\nR1(config)#"


@given(st.integers(1, 40), st.sampled_from([40, 80, 120]))
def test_the_screen_shows_the_same_however_the_wire_cuts(size, width):
    more = " --More-- " + "\b" * 10 + " " * 10 + "\b" * 10
    text = f"a\r\n{typed_at(width, LONG, prompt='R1#')}\r\n{more}\x1b[1mend\x1b[0m\r\n"
    whole, cut = Screen(), Screen()
    whole.show(text)
    for start in range(0, len(text), size):
        cut.show(text[start : start + size])
    assert cut.text == whole.text
    assert not any(sign in whole.text for sign in "\b\r\x1b")


@given(st.text(max_size=300), st.integers(1, 20))
def test_no_control_character_is_ever_shown(text, size):
    screen = Screen()
    for start in range(0, len(text), size):
        screen.show(text[start : start + size])
    controls = {sign for sign in screen.text if sign < " " or "\x7f" <= sign <= "\x9f"}
    assert controls <= {"\n", "\t"}


PROMPTS = ["R1>", "r1(old)#", "R1/A#", "R+1>", "R1@site#", "Salle:12>", "R1:23#", "lab 4 #", "#"]


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize(
    "banner", ["", "Lab-1#\n", "-----------#\n", "Welcome **R0>", "x\nR9#\nPassword: \n"]
)
def test_the_prompt_is_what_answers_an_empty_line(prompt, banner):
    script = Script((0.0, banner), (0.0, prompt), replies=lambda _: (f"\r\n{prompt}",))
    assert learn_prompt(script.talk()) == prompt.strip()


def test_who_answers_each_empty_line_otherwise_has_no_prompt():
    count = iter(range(100))
    script = Script(replies=lambda _: (f"\r\nR{next(count)}>",))
    with pytest.raises(LabError) as caught:
        learn_prompt(script.talk())
    assert caught.value.code == "router.no_prompt"


def login(**answers):
    """A line that asks: each thing typed has its reply; what has none is a fault of the test."""
    script = Script((0.0, answers.pop("first")), replies=lambda typed: answers[typed.strip() or "enter"])
    log_in(script.talk(), Answers("prof", "pass"))
    return script.sent


def test_each_question_has_one_answer():
    sent = login(
        first="\r\nUser Access Verification\r\n\r\nUsername: ",
        prof=["prof\r\nPassword: "],
        **{"pass": ["\r\n** Password: never tell it **\r\nR1>"]},
    )
    assert sent == ["prof\r", "pass\r"]


SPEAKS = "*Mar  1 00:12:34.567: %LINK-3-UPDOWN: Interface FastEthernet0/0, changed state to up"


def test_a_message_at_any_byte_of_a_login_changes_nothing():
    said = ["\r\nUser Access Verification\r\n\r\nUsername: ", "prof\r\nPassword: ", "\r\n% no error %\r\nR1>"]
    for number, text in enumerate(said):
        for at in range(len(text.rstrip()) + 1):
            first, second, third = (
                f"{x[:at]}\r\n{SPEAKS}\r\n{x[at:]}" if i == number else x for i, x in enumerate(said)
            )
            assert login(first=first, prof=[second], **{"pass": [third]}) == ["prof\r", "pass\r"], (text, at)


@pytest.mark.parametrize("wait_s", [0.0, 0.5, 1.5])
@pytest.mark.parametrize("line", ["-----------#", "Lab-1#", "Welcome **R0>"])
def test_a_line_of_a_banner_before_the_login_is_no_prompt(line, wait_s):
    """`banner motd` stands before the question (Cisco, IOS Configuration Fundamentals, Banners)."""
    replies = {"prof": ["Password: "], "pass": ["\r\nR1>"]}
    script = Script(
        (0.0, f"\r\n{line}\r\n"),
        (wait_s, f"{line}\r\nUser Access Verification\r\n\r\nUsername: "),
        replies=lambda typed: replies[typed.strip()],
    )
    log_in(script.talk(), Answers("prof", "pass"))
    assert script.sent == ["prof\r", "pass\r"]


def test_a_console_that_shows_its_prompt_at_once_is_asked_nothing():
    assert login(first="\r\nR1#") == []


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("Identifiant : ", "Mot de passe : "),
        ("Nom d'utilisateur: ", "Mot de passe TACACS:"),
        ("login: ", "PASSCODE: "),
    ],
)
def test_questions_of_somebodys_own_are_answered(user, password):
    """Cisco, Security command reference: `aaa authentication username-prompt`, `password-prompt`."""
    sent = login(first=f"\r\n{user}", prof=[f"prof\r\n{password}"], **{"pass": ["\r\nR1>"]})
    assert sent == ["prof\r", "pass\r"]


def test_a_prompt_of_somebodys_own_behind_a_login():
    """`prompt %h:%n` (Cisco, IOS Configuration Fundamentals command reference)."""
    typed = login(first="\r\nPassword: ", **{"pass": ["\r\nR1:66 "]})
    assert typed == ["pass\r"]


def test_a_line_with_a_password_only():
    assert login(first="\r\nPassword: ", **{"pass": ["\r\nR1>"]}) == ["pass\r"]


class SlowScript(Script):
    """Whatever is typed is answered a second later."""

    def _send(self, data, limit_s):
        super()._send(data, limit_s)
        self.coming[-1:] = [(1.0, text) for _, text in self.coming[-1:]]


def test_a_slow_router_that_was_woken_is_not_told_the_password_as_a_user_name():
    """It has asked at last, and takes the Enter for an empty user name: another question follows."""
    answers = {"\n": "\r\nUsername: ", "prof\r": "\r\nPassword: ", "pass\r": "\r\nR1>"}
    script = SlowScript((2.5, "\r\nUsername: "), replies=lambda typed: [answers[typed]])
    log_in(script.talk(), Answers("prof", "pass"))
    assert script.sent == ["\n", "prof\r", "pass\r"]


def test_a_console_is_woken():
    assert login(first="", enter=["\r\nPress RETURN to get started.", "\r\nR1>"])[0] == "\n"


@pytest.mark.parametrize(
    "reply",
    ["\r\n% Login invalid\r\n\r\nUsername: ", "\r\nPassword: ", "\r\n% Bad passwords\r\n", "\r\nUsername: ",
     "\r\n% Authentication failed\r\n"],
)  # fmt: skip
def test_a_refusal_is_not_answered(reply):
    script = Script((0.0, "Username: "), replies=lambda typed: ["Password: "] if "prof" in typed else [reply])
    talk = script.talk()
    with pytest.raises(LabError) as caught:
        log_in(talk, Answers("prof", "pass"))
    assert caught.value.code == "router.login"
    typed = list(script.sent)
    Session(script, talk).close()
    assert script.sent == typed, "`exit` at a question for a password is a second wrong try"
    assert script.sent == ["prof\r", "pass\r"]


def test_a_vty_without_a_password_and_one_that_is_taken():
    for said, code in (("\r\n\r\nPassword required, but none set\r\n", "no_vty_password"), ("", "no_line")):
        with pytest.raises(LabError) as caught:
            log_in(Script((0.0, said), (0.0, None)).talk(), Answers("prof", "pass"))
        assert caught.value.code == f"router.{code}"


def test_either_takes_the_first_that_is_there():
    seek = either(pattern("b"), pattern("a"))
    assert seek("xaxb", 0) == 4
    assert seek("xa", 0) == 2
    assert seek("x", 0) == 0


def session_of(answers):
    """A session on R1#, which answers these lines; every other with nothing."""

    def replies(typed):
        return [f"{typed.strip()}\r\n{answers.get(typed.strip(), '')}R1#"] if typed.strip() else ["\r\nR1#"]

    script = Script(replies=replies)
    session = Session(script, script.talk(Limits()))
    session.prepare("secret")
    return session


@pytest.mark.parametrize(
    "words",
    [
        "startup-config is not present\r\n",
        "%% Non-volatile configuration memory is not present\r\n",
        "%% Non-volatile configuration memory invalid or not present\r\n",
        "%Error opening nvram:/startup-config (No such file or directory)\r\n",
    ],
)
def test_what_was_never_saved_is_a_value(words):
    startup = session_of({"show startup-config": words}).show_startup()
    assert "end" not in startup.splitlines()


def test_a_configuration_that_may_not_be_shown_is_a_refusal():
    with pytest.raises(LabError) as caught:
        session_of({"show startup-config": "Command authorization failed.\r\n\r\n"}).show_startup()
    assert (caught.value.code, caught.value.detail) == (
        "router.refused_show",
        "Command authorization failed.",
    )


def test_the_prompt_inside_a_configuration_does_not_end_it():
    text = "banner motd ^C\r\nR1#\r\n^C\r\nend\r\n"
    assert session_of({"show running-config": text}).show("show running-config").endswith("end")


LOCKED = (
    (
        "Configuration mode locked exclusively by user 'netop' process '187' from terminal '7'. "
        "Please try later."  # `configuration mode exclusive`, 12.3(14)T
    ),
    "Configuration mode is locked by process '3' user 'prof' from terminal '0'. Please try later.",
    "% Configuration database is locked",
    "%% Configuration database is locked by process 12, try again later",
    "Command authorization failed.",  # AAA (ansible#31575)
    "% Authorization failed.",
    "% Configuration buffer full, can't add command",
)


@pytest.mark.parametrize("words", LOCKED)
@pytest.mark.parametrize("minutes", [0, 5])
def test_who_may_not_configure_hears_what_ios_said_and_sends_nothing(words, minutes):
    timed = "configure terminal revert timer 5"
    said = {"configure terminal": f"{words}\r\n\r\n", timed: f"{words}\r\n\r\n"}
    session = session_of(said)
    with pytest.raises(LabError) as caught:
        session.enter_config(revert_minutes=minutes)
    assert (caught.value.code, caught.value.detail) == ("router.config_refused", words)
    typed = [line.strip() for line in session._wire.sent if line.strip()]
    assert set(typed) <= {"terminal length 0", "terminal width 511", *said}
