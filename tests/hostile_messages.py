"""Messages that nobody at a centre of ours has sent.

Ten kinds, as bytes, each with who could have made it.
"""

from __future__ import annotations

import json
import pickle
import random


class Bomb:
    """What unpickling would obey."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('obeyed')",))


def kinds(genuine: bytes):
    """Name -> bytes; `genuine` is a sealed message that may be changed, but not signed anew."""
    sealed = json.loads(genuine)
    inner = json.loads(sealed["signed"])
    changed = sealed | {"signed": json.dumps(inner | {"verb": "teardown"})}
    return {
        "pickle": pickle.dumps(Bomb()),
        "yaml": b"!!python/object/apply:os.system ['touch obeyed']\n",
        "empty": b"",
        "not utf-8": b'{"signer": "\xff\xfe"}',
        "huge": b'{"signed": "' + b"x" * (1 << 20) + b'"}',
        "deep": b"[" * 50_000,
        "deep inside": json.dumps(sealed | {"signed": "[" * 20_000}).encode(),
        "wrong schema": json.dumps(sealed | {"more": 1}).encode(),
        "changed": json.dumps(changed).encode(),
        "forged": json.dumps(sealed | {"signer": "lycee-b"}).encode(),
        "unsigned": json.dumps(inner).encode(),
        "no signature": json.dumps(sealed | {"signature": ""}).encode(),
        "types": json.dumps({"signer": ["centre"], "signature": {}, "signed": 7}).encode(),
        "nan": b'{"signer": NaN, "signature": 1e999, "signed": ""}',
    }


def flood(genuine: bytes, number: int, seed: int):
    """So many of all kinds, the smaller ones with a byte changed at random too; the large ones seldom."""
    dice = random.Random(seed)
    every = list(kinds(genuine).values())
    small = [each for each in every if len(each) < 100_000]
    for count in range(number):
        if count % 500 == 0:
            yield dice.choice(every)
            continue
        chosen = bytearray(dice.choice([*small, genuine]))
        if chosen:
            chosen[dice.randrange(len(chosen))] ^= 1 << dice.randrange(7)
        yield bytes(chosen)
