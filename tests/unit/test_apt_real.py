"""This computer's own apt, in a directory of its own: locks that others hold, keys that have expired."""

from __future__ import annotations

import fcntl
import os
import subprocess
import threading
import time

import pytest

from esxlab.backends.guest import packages
from esxlab.backends.guest.applying import APT_LOG
from esxlab.backends.guest.packages import install
from esxlab.backends.protocols import CommandResult
from esxlab.backends.telling import heard_by
from esxlab.errors import LabError
from tests.borrowed import borrows

pytestmark = borrows("dpkg", "gpg", "gpgv")
CONFIGURATION = """\
Dir "{root}";
Dir::State::status "{root}/status";
Dir::Log "{root}/log";
APT::Sandbox::User "";
APT::Architecture "amd64";
"""
PACKAGES = """\
Package: esxlab-tried
Version: 1.0
Architecture: all
Maintainer: nobody <nobody@school.example>
Filename: ./esxlab-tried_1.0_all.deb
Size: 1
SHA256: {digest}
Description: what a class needs
"""
IN_THE_PAST = "20200101T000000"


class Debian:
    """A guest: its apt's root, its mirror. `apt-get install` only pretends: the lists are asked."""

    def __init__(self, root):
        self.root = root
        for name in ("etc/apt/preferences.d", "etc/apt/trusted.gpg.d", "state/lists/partial", "mirror"):
            (root / name).mkdir(parents=True)
        for name in ("cache/archives/partial", "var/lib/apt/lists/partial", "var/cache/apt/archives/partial"):
            (root / name).mkdir(parents=True)
        for name in ("etc/apt/apt.conf.d", "etc/apt/sources.list.d", "log", "home"):
            (root / name).mkdir(parents=True)
        (root / "home").chmod(0o700)
        (root / "status").write_text("")
        (root / "apt.conf").write_text(CONFIGURATION.format(root=root))
        (root / "mirror/Packages").write_text(PACKAGES.format(digest="0" * 64))
        self.trust("trusted=yes")

    def trust(self, options):
        (self.root / "etc/apt/sources.list").write_text(f"deb [{options}] file:{self.root}/mirror ./\n")

    def sign(self, *, expires):
        """The mirror's Release, signed in 2020 by a key that ends then (gpg(1), --faked-system-time)."""
        mirror, gpg = (
            self.root / "mirror",
            ["gpg", "--batch", "--homedir", str(self.root / "home"), "--quiet", "--faked-system-time"],
        )

        def run(*words, **options):
            subprocess.run([*gpg, IN_THE_PAST, *words], check=True, capture_output=True, **options)

        run("--passphrase", "", "--quick-gen-key", "mirror@school.example", "rsa2048", "sign", expires)
        digest = subprocess.run(
            ["sha256sum", "Packages"], cwd=mirror, check=True, capture_output=True, text=True
        ).stdout.split()[0]
        size = (mirror / "Packages").stat().st_size
        release = f"Date: Wed, 01 Jan 2020 00:00:00 UTC\nSHA256:\n {digest} {size} Packages\n"
        (mirror / "Release").write_text(release)
        run("--clearsign", "-o", str(mirror / "InRelease"), str(mirror / "Release"))
        key = self.root / "etc/apt/trusted.gpg.d/mirror.gpg"
        run("--export", "-o", str(key))

    def execute(self, script):
        script = script.replace(APT_LOG, str(self.root / "apt.log")).replace(" install ", " -s install ")
        environment = {**os.environ, "APT_CONFIG": str(self.root / "apt.conf"), "LANG": "fr_FR.UTF-8"}
        done = subprocess.run(
            ["sh", "-c", script], capture_output=True, text=True, check=False, env=environment
        )
        return CommandResult(done.returncode, done.stdout, done.stderr)

    def install(self):
        install(("esxlab-tried",), execute=self.execute, clock=time.monotonic, sleep=time.sleep)

    @property
    def lists_lock(self):
        return self.root / "var/lib/apt/lists/lock"


@pytest.fixture
def debian(tmp_path, monkeypatch):
    """Its gpg-agent, which gpg starts, ends with the test."""
    monkeypatch.setattr(packages, "LOCK_PAUSE_S", 0.05)
    yield Debian(tmp_path)
    subprocess.run(["gpgconf", "--homedir", str(tmp_path / "home"), "--kill", "gpg-agent"], check=False)


def test_lists_that_do_not_know_a_package_are_read_anew(debian):
    debian.install()


def test_the_lock_of_the_lists_is_waited_for_and_told(debian):
    """What apt-daily holds after a boot: fcntl(2), as apt itself locks."""
    told, free = [], threading.Event()
    with debian.lists_lock.open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)

        def hear(text):
            told.append(text)
            free.set()

        def work():
            with heard_by(hear):
                debian.install()

        # the lock is this process's: apt is another one
        thread = threading.Thread(target=work)
        thread.start()
        assert free.wait(30)
        fcntl.lockf(lock, fcntl.LOCK_UN)
        thread.join(60)
        assert not thread.is_alive()
    assert told[0].startswith("waits for another apt")
    assert debian.execute("apt-cache policy esxlab-tried").stdout.count("1.0") > 0


def test_a_lock_that_is_never_released_ends_by_its_name(debian, monkeypatch):
    monkeypatch.setattr(packages, "APT_TIMEOUT_S", 0.5)
    with debian.lists_lock.open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        with pytest.raises(LabError) as caught:
            debian.install()
    assert caught.value.code == "guest.apt_locked"
    assert "lists/lock" in caught.value.detail


def test_a_mirror_whose_key_has_expired_is_named_and_its_remedy_helps(debian):
    debian.sign(expires="2020-06-01")
    debian.trust("check-valid-until=no")
    with pytest.raises(LabError) as caught:
        debian.install()
    assert caught.value.code == "guest.apt_unsigned"
    assert "EXPKEYSIG" in caught.value.detail
    assert "[trusted=yes]" in str(caught.value)
    debian.trust("trusted=yes")
    debian.install()


def test_a_mirror_whose_key_is_not_known_is_the_same(debian):
    debian.sign(expires="never")
    (debian.root / "etc/apt/trusted.gpg.d/mirror.gpg").unlink()
    debian.trust("check-valid-until=no")
    with pytest.raises(LabError) as caught:
        debian.install()
    assert (caught.value.code, "NO_PUBKEY" in caught.value.detail) == ("guest.apt_unsigned", True)


def test_a_mirror_with_a_good_key_needs_no_word(debian):
    debian.sign(expires="never")
    debian.trust("check-valid-until=no")
    debian.install()
