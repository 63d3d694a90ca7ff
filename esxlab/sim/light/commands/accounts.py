"""Accounts: chpasswd, as it reads its lines from standard input (chpasswd(8))."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.sim.light.disk import hash_password

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call

SHADOW = "/etc/shadow"


async def chpasswd(call: Call) -> int:
    """`chpasswd`: lines of `user:password` on standard input; one bad line, and none is changed."""
    if call.args:
        return call.fail(f"chpasswd: unrecognized option '{call.args[0]}'", 2)
    text = (await call.input()).decode(errors="replace")
    shadow = call.machine.files.read_text(SHADOW).splitlines()
    rows = {line.partition(":")[0]: number for number, line in enumerate(shadow)}
    bad = False
    for number, line in enumerate(text.splitlines(), 1):
        user, colon, password = line.partition(":")
        if not colon:
            call.fail(f"chpasswd: line {number}: missing new password")
        elif user not in rows:
            call.fail(f"chpasswd: line {number}: user '{user}' does not exist")
        else:
            fields = shadow[rows[user]].split(":")
            shadow[rows[user]] = ":".join([user, hash_password(password), *fields[2:]])
            continue
        bad = True
    if bad:
        return call.fail("chpasswd: error detected, changes ignored")
    call.machine.files.write(SHADOW, "".join(f"{line}\n" for line in shadow).encode())
    return 0
