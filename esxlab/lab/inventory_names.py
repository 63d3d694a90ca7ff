"""Names of what exists in vSphere, as people read and write them: whatever signs they are made of.

Inside the program a name is plain: `Salle 12 / SIO`. A server spells some signs of it otherwise, and whoever
copies a name from govc or a URL has it in the server's spelling; both mean the same thing. What is sent to a
server is always the spelling that it gave itself.
"""

from __future__ import annotations

import re
import unicodedata

_ESCAPED = re.compile("%(2f|5c|25)", re.IGNORECASE)


def plain_name(spelled: str) -> str:
    """A name without vSphere's escapes, and with its accents composed as most keyboards do (NFC).

    Source: ManagedEntity.name, vSphere Web Services API: a slash is escaped as %2F or %2f, a backslash as %5C
    or %5c, and a percent as %25 unless it starts an escape sequence.
    """
    return unicodedata.normalize("NFC", _ESCAPED.sub(lambda found: chr(int(found[1], 16)), spelled))
