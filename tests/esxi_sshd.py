"""An SSH server in front of an `AshHost`: logins as ESXi has them, and hands that disturb its channels."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import asyncssh

PASSWORD = "right horse"


class EsxiSshd:
    """Counts logins, tries and channels. `cut_after` ends the next channel when its script has been run."""

    def __init__(self, host, *, methods=("keyboard-interactive",), key=None):
        self.host, self.methods = host, methods
        self.key = key or asyncssh.generate_private_key("ecdsa-sha2-nistp256")
        self.tries, self.logins, self.most, self.open = [], 0, 0, 0
        self.cut_after = self.cut_before = 0
        self.delay = None  # an event that scripts wait for
        self.connections = []
        self.authorized = None
        self.port = 0

    @contextlib.contextmanager
    def running(self):
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        ask = lambda job: asyncio.run_coroutine_threadsafe(job, loop).result(30)  # noqa: E731
        try:
            server = ask(self._listen())
            self.port = server.sockets[0].getsockname()[1]
            yield self
        finally:
            ask(self._stop(server))
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()

    async def _listen(self):
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: _Server(self),
            server_host_keys=[self.key],
            process_factory=self._serve,
            encoding=None,
        )

    async def _stop(self, server):
        server.close()
        for connection in self.connections:
            connection.abort()
        await server.wait_closed()

    async def _serve(self, process):
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            script = await process.stdin.read()
            assert process.command == "sh -s"
            if self.delay is not None:
                await asyncio.get_running_loop().run_in_executor(None, self.delay.wait, 20)
            if self.cut_before:
                self.cut_before -= 1
                process.channel.get_connection().abort()
                return
            said = await asyncio.get_running_loop().run_in_executor(None, self.host.run, script)
            if self.cut_after:
                self.cut_after -= 1
                process.stdout.write(said[: len(said) // 2])
                process.channel.get_connection().abort()
                return
            process.stdout.write(said)
            process.exit(0)
        finally:
            self.open -= 1


class _Server(asyncssh.SSHServer):
    def __init__(self, sshd):
        self._sshd = sshd

    def connection_made(self, conn):
        self._sshd.connections.append(conn)
        self._conn = conn

    def begin_auth(self, username):
        if self._sshd.authorized:
            self._conn.set_authorized_keys(self._sshd.authorized)
        return True

    def auth_completed(self):
        self._sshd.logins += 1

    def password_auth_supported(self):
        return "password" in self._sshd.methods

    def public_key_auth_supported(self):
        return "publickey" in self._sshd.methods

    def kbdint_auth_supported(self):
        return "keyboard-interactive" in self._sshd.methods

    def get_kbdint_challenge(self, username, lang, submethods):
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username, responses):
        self._sshd.tries.append(tuple(responses))
        return list(responses) == [PASSWORD]

    def validate_password(self, username, password):
        self._sshd.tries.append(password)
        return password == PASSWORD
