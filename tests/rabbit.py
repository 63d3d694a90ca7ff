"""A real RabbitMQ of one's own.

Its files below one directory, its ports on 127.0.0.1, its process ours to end.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

LIMIT_S = 180
SBIN = "/usr/lib/rabbitmq/lib"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Rabbit:
    """One node. `files` is what `esxlab site keys` wrote for the broker's administrator."""

    def __init__(self, directory: Path, files: Path, port: int, *, more: str = "") -> None:
        self.directory, self.port = directory, port
        etc = directory / "etc"
        shutil.copytree(files, etc)
        conf = (etc / "rabbitmq.conf").read_text().replace("/etc/rabbitmq", str(etc))
        conf = conf.replace(f"listeners.ssl.default = {port}", f"listeners.ssl.default = 127.0.0.1:{port}")
        assert f"127.0.0.1:{port}" in conf
        (etc / "rabbitmq.conf").write_text(conf)
        (etc / "advanced.config").write_text(more or "[].\n")
        definitions = (etc / "definitions.json").read_text()
        assert '"vhosts"' in definitions
        self.distribution, self.epmd = free_port(), free_port()
        self.node = f"esxlab{port}@localhost"
        self.process: subprocess.Popen | None = None

    def environment(self):
        erl = f"-kernel inet_dist_use_interface {{127,0,0,1}} -setcookie esxlab{self.port}"
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.directory),
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_CONFIG_FILE": str(self.directory / "etc" / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.directory / "etc" / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.directory / "etc" / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.directory / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.directory / "log"),
            "RABBITMQ_GENERIC_DATA_DIR": str(self.directory / "data"),
            "RABBITMQ_DIST_PORT": str(self.distribution),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": erl,
            "RABBITMQ_CTL_ERL_ARGS": erl,
            "ERL_CRASH_DUMP": str(self.directory / "erl_crash.dump"),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.epmd),
        }

    def start(self):
        (script,) = sorted(Path(SBIN).glob("rabbitmq_server-*/sbin/rabbitmq-server"))
        log = os.open(self.directory / "out", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.process = subprocess.Popen(
            [str(script)], cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=self.environment(), start_new_session=True,
        )  # fmt: skip
        os.close(log)
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            assert self.process.poll() is None, (self.directory / "out").read_text()[-3000:]
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            time.sleep(0.2)
        raise AssertionError((self.directory / "out").read_text()[-3000:])

    def ctl(self, *words):
        (script,) = sorted(Path(SBIN).glob("rabbitmq_server-*/sbin/rabbitmqctl"))
        if not script.exists():
            script = Path("/usr/lib/rabbitmq/bin/rabbitmqctl")
        command = [str(script), "-n", self.node, "-q", *words]
        done = subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def stop(self):
        """End the node's whole session.

        It is ours alone. epmd leaves it, and is ended by the pid that it tells.
        """
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(60)
        self.process = None
        for path in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if f"ERL_EPMD_PORT={self.epmd}\0".encode() in path.read_bytes():
                    os.kill(int(path.parent.name), signal.SIGTERM)


if __name__ == "__main__":
    from esxlab.sites.fleet import add_sites

    root = Path(sys.argv[1])
    port = free_port()
    add_sites(root / "fleet", ("lycee-a", "lycee-b"), f"amqps://localhost:{port}")
    node = Rabbit(root / "node", root / "fleet" / "broker", port)
    try:
        node.start()
        print(
            node.ctl("list_users"),
            node.ctl("list_permissions", "-p", "esxlab"),
            node.ctl("list_queues", "-p", "esxlab"),
        )
        from esxlab.sites.broker import Broker

        centre = Broker(f"amqps://localhost:{port}", "centre", root / "fleet" / "centre")
        site = Broker(f"amqps://localhost:{port}", "lycee-a", root / "fleet" / "sites" / "lycee-a")
        centre.send("lycee-a", "x" * 32, b'{"a": 1}')
        letter = site.receive(5)
        print(letter)
        letter.done()
        site.send("centre", "y", b"{}")
        print(centre.receive(5))
        centre.close()
        site.close()
    finally:
        node.stop()
