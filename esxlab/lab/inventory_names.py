"""Names of what exists in vSphere, as people read and write them: whatever signs they are made of.

Inside the program a name is plain: `Salle 12 / SIO`. A server spells some signs of it otherwise, and whoever
copies a name from govc or a URL has it in the server's spelling; both mean the same thing. What is sent to a
server is always the spelling that it gave itself.
"""

from __future__ import annotations

import re
import unicodedata

UNFIT = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
"""Controls, line separators, and what turns the direction of writing: no name can be shown with them.

What is merely not seen (a zero-width space that was copied from a page, the joiner of an emoji) may be in a
name: it is shown written out.
"""
_ESCAPED = re.compile("%(2f|5c|25)", re.IGNORECASE)
_FIT = re.compile(rf"[^{UNFIT}\ud800-\udfff]*")


def is_fit(name: str) -> bool:
    """Whether something may have this name, as a spec says it and as a file of ours repeats it."""
    return _FIT.fullmatch(name) is not None


def plain_name(spelled: str) -> str:
    """A name without vSphere's escapes, and with its accents composed as most keyboards do (NFC).

    Source: ManagedEntity.name, vSphere Web Services API: a slash is escaped as %2F or %2f, a backslash as %5C
    or %5c, and a percent as %25 unless it starts an escape sequence.
    """
    return unicodedata.normalize("NFC", _ESCAPED.sub(lambda found: chr(int(found[1], 16)), spelled))
