"""How large a class spec may be: what a class of 999 groups needs several times over, and no more.

Whatever is above them is answered before it costs the reader's time or the computer's memory.
"""

from __future__ import annotations

MAX_BYTES = 200_000
MAX_NODES = 10_000
"""Keys and values, each alias counted with all that it stands for."""
MAX_DEPTH = 30
MAX_NUMBER = 40
"""Signs of a number; a longer one is text."""
MAX_EXPRESSIONS = 500
MAX_VALUES = 30_000
"""Values of the spec in all groups together."""
MAX_FINDINGS = 200
"""Problems that are looked for; a spec with more is not read to its end."""
MAX_SHOWN = 30
"""Problems, or warnings, that a person is shown at once."""
MAX_FACT = 300
"""Signs of a value in a sentence."""
