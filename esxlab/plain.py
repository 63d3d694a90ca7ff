"""Foreign text made fit for an error: its last words only, and none of the secrets this process holds."""

from __future__ import annotations

import json
import threading
from urllib.parse import quote
from xml.sax.saxutils import escape

from esxlab.foreign import visible

HIDDEN = "***"
SHORTEST = 3
"""A secret of one or two signs is in every word: to hide it would hide the message."""
_secrets: set[str] = set()
_lock = threading.Lock()


def last_words(text: str, *, lines: int = 5, signs: int = 300) -> str:
    """The end of what somebody said, for an error: its last lines that are not blank, made visible.

    Secrets are hidden first: half a secret, which a cut leaves, would not be known for one.
    """
    end = without_secrets(text[-16 * signs :])
    said = [line for line in end[-8 * signs :].splitlines() if line.strip()]
    return visible("\n".join(said[-lines:])[-signs:])


def keep_secret(word: str) -> str:
    """From now on `without_secrets` hides this word; returned as it is."""
    if len(word) >= SHORTEST:
        with _lock:
            _secrets.add(word)
    return word


def without_secrets(text: str) -> str:
    """The text with every secret hidden, also where it is quoted for Python, JSON, a URL or XML."""
    with _lock:
        secrets = sorted(_secrets, key=len, reverse=True)
    for secret in secrets:
        for guise in _guises(secret):
            text = text.replace(guise, HIDDEN)
    return text


def _guises(secret: str) -> list[str]:
    quoted = {
        secret,
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, errors="replace"),
        quote(secret, safe="", errors="replace"),
        escape(secret),
        escape(secret, {'"': "&quot;", "'": "&apos;"}),
    }
    return sorted(quoted, key=len, reverse=True)
