"""The library of bad peers is whole: each says what it does, what esxlab does, and where it was seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from esxlab import texts
from tests.hostile.peers import MODULES, all_peers

HERE = Path(__file__).parents[1] / "hostile"
PEERS = all_peers()


def test_no_two_of_a_kind_have_one_name():
    names = [(peer.kind, peer.name) for peer in PEERS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: f"{peer.kind} {peer.name}")
def test_a_peer_says_all_that_the_page_needs(peer):
    assert peer.kind in MODULES
    assert peer.does
    assert peer.esxlab
    assert peer.source
    assert not peer.does.endswith(".")
    assert not peer.esxlab.endswith(".")
    for code in peer.codes:
        assert f"error.{code}" in texts.catalogue(), code


def test_every_module_of_peers_is_played():
    played = {path.name.removeprefix("test_").removesuffix(".py") for path in HERE.glob("test_*.py")}
    written = {name for name in MODULES.values() if (HERE / f"{name}.py").exists()}
    assert written <= played
