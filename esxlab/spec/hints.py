"""Did you mean ...?"""

from __future__ import annotations

from difflib import get_close_matches

from esxlab.spec.problems import Phrase

LONGEST_HINT = 50
"""Names that are compared, and signs of a name: difflib takes its time."""


def hint(name: str, known: list[str]) -> Phrase:
    """Did you mean ...? Or, when nothing is near, what there is."""
    known = known[:LONGEST_HINT]
    if (key := name.partition(":")[0]) in known and key != name:
        return Phrase("spec.yaml.blank", (("key", key),))
    near = get_close_matches(name[:LONGEST_HINT].lower(), [each.lower() for each in known], n=1, cutoff=0.6)
    if near:
        meant = next(each for each in known if each.lower() == near[0])
        return Phrase("spec.did_you_mean", (("name", meant),))
    return Phrase("spec.one_of", (("names", ", ".join(known)),))
