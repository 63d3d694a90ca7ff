"""A guest that speaks French: what esxlab sends is run by real shells and programs in fr_FR.UTF-8."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from esxlab.backends.guest.framing import Frame
from esxlab.backends.guest.observing import build_observation, parse_observation
from esxlab.drills.probe import build_batch, parse_batch
from esxlab.lab.guest import Guest, GuestFile, Service
from tests.borrowed import FRENCH as FRENCH_LOCALE
from tests.borrowed import borrows, has_french, unless

FRENCH = {"LANG": FRENCH_LOCALE, "LC_ALL": FRENCH_LOCALE, "LANGUAGE": "fr"}
CURL_OF_OLD = f"""\
#!{sys.executable}
# curl before 7.87 reads its numbers by strtod in the guest's locale (tool_paramhlp.c, str2double)
import locale, os, sys
locale.setlocale(locale.LC_ALL, "")
words = sys.argv[1:]
for option in ("--connect-timeout", "--max-time"):
    number = words[words.index(option) + 1]
    if locale.localeconv()["decimal_point"] not in number and "." in number:
        print(f"curl: option {{option}}: expected a proper numerical parameter", file=sys.stderr)
        sys.exit(2)
os.execv("{shutil.which("curl")}", ["curl", *words])
"""
DELIMITER = "@@ "
pytestmark = [unless(has_french(), f"the locale {FRENCH_LOCALE} is not installed here"), borrows("curl")]
SHELLS = [pytest.param(shell, marks=borrows(shell[0])) for shell in (["dash"], ["bash"], ["busybox", "sh"])]


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n<h1>It works! SRV1</h1>")

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture(scope="module")
def url():
    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def old_curl(tmp_path):
    program = tmp_path / "curl"
    program.write_text(CURL_OF_OLD)
    program.chmod(0o755)
    return f"{tmp_path}:{os.environ['PATH']}"


def framed(login_shell, script, path=os.environ["PATH"]):
    frame = Frame()
    done = subprocess.run(
        [*login_shell, "-c", frame.command],
        input=frame.script(script),
        capture_output=True,
        check=False,
        env={"PATH": path, **FRENCH},
    )
    return frame.read(done.stdout).content.decode()


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_every_sample_of_a_drill_can_be_read(shell, url, old_curl):
    said = framed(shell, shlex.join(build_batch(url, requests=3, pause_s=0.01)), old_curl)
    batch = parse_batch(said, requests=3)
    assert ([sample.who for sample in batch.samples], batch.unread) == (["SRV1"] * 3, ())


def test_without_the_c_locale_none_could_be_read(url, old_curl):
    command = build_batch(url, requests=3, pause_s=0.01)
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"PATH": old_curl, **FRENCH}
    )
    batch = parse_batch(done.stdout, requests=3)
    assert batch.samples == ()
    assert len(batch.unread) == 3
    assert "expected a proper numerical parameter" in batch.unread[0]


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_what_programs_say_is_not_translated(shell):
    assert framed(shell, "cat /does/not/exist 2>&1") == "cat: /does/not/exist: No such file or directory\n"


@borrows("busybox")
@pytest.mark.parametrize("sh", [["dash"], ["busybox", "sh"]], ids=" ".join)
def test_busybox_reads_every_script_that_observes(sh, tmp_path):
    path = tmp_path / "it's here"
    path.write_text("x")
    wanted = Guest(
        "SRV1",
        packages=("apache2",),
        files=(GuestFile(str(path), "x"),),
        services=(Service("apache2", enabled=False),),
        sysctl=(("net.ipv4.ip_forward", "0"),),
    )
    script = build_observation(wanted, delimiter=DELIMITER)
    done = subprocess.run(
        sh, input=script, capture_output=True, text=True, check=False, env={**os.environ, **FRENCH}
    )
    state = parse_observation(wanted, done.stdout, delimiter=DELIMITER)
    assert state.files[0].sha256 == wanted.files[0].state.sha256


@borrows("busybox")
def test_a_clock_without_fractions_is_no_outage():
    """`busybox date` prints %N as it stands: its samples have no time, and are told as unread."""
    _, _, script = build_batch("http://127.0.0.1:9/", requests=2, pause_s=0.01)
    said = framed(["dash"], script.replace("date ", "busybox date "))
    assert (parse_batch(said, requests=2).samples, len(parse_batch(said, requests=2).unread)) == ((), 2)
