"""Which host key a copy of the model must show: told by the spec, by the school, or the first one met."""

from __future__ import annotations

import pytest

from esxlab.backends.endpoints import Endpoints
from esxlab.backends.host_keys import fingerprint
from esxlab.backends.model_keys import ModelKeys
from esxlab.cli.given import Given
from esxlab.errors import LabError
from esxlab.local.unwritten import Unwritten

MODEL = "vcenter.example/modele D9"
ONE, OTHER = "ssh-ed25519 AAAA", "ssh-ed25519 BBBB"


def refused(keys: ModelKeys, line: str) -> LabError:
    with pytest.raises(LabError) as caught:
        keys.check(MODEL, line)
    assert caught.value.code == "guest.model_key"
    assert fingerprint(line) in str(caught.value)
    return caught.value


def test_the_first_copys_key_counts_in_every_later_run(tmp_path):
    file = tmp_path / "home" / "model_keys"
    ModelKeys(file=file).check(MODEL, ONE)
    again = ModelKeys(file=file)
    again.check(MODEL, ONE)
    error = refused(again, OTHER)
    assert fingerprint(ONE) in str(error)
    assert str(file) in str(error)
    again.check("esxi2.example/modele D9", OTHER)  # another server's model has its own
    assert file.stat().st_mode & 0o077 == 0


def test_it_is_known_what_a_copy_must_show(tmp_path):
    keys = ModelKeys({"esxi2.example/modeleD9": "none"}, file=tmp_path / "model_keys")
    assert keys.pinned(MODEL) == ""
    assert keys.pinned("esxi2.example/modeleD9") == "none"
    keys.check(MODEL, ONE)
    assert keys.pinned(MODEL) == fingerprint(ONE)


def test_what_the_spec_says_counts_more_than_what_was_met(tmp_path):
    file = tmp_path / "model_keys"
    ModelKeys(file=file).check(MODEL, ONE)
    told = ModelKeys({MODEL: fingerprint(OTHER)}, file=file)
    told.check(MODEL, OTHER)
    assert "guest.host_key" in str(refused(told, ONE))


def test_copies_of_a_model_without_keys_may_show_any():
    keys = ModelKeys({MODEL: "none"})
    keys.check(MODEL, ONE)
    keys.check(MODEL, OTHER)


def test_the_schools_model_is_known_from_its_book():
    given = Given(Endpoints(), model_key=fingerprint(ONE))
    keys = given.model_keys({MODEL: fingerprint(OTHER)}, Unwritten(), sim=True)
    keys.check(MODEL, ONE)
    assert "school.json" in str(refused(keys, OTHER))
