"""The authkeys phrases: one secret per user, another phrase for each group, the same at every run."""

from __future__ import annotations

import stat
import threading
from typing import TYPE_CHECKING

import pytest

from esxlab.cli.group_secrets import GroupSecrets
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId

if TYPE_CHECKING:
    from pathlib import Path


def test_same_group_same_phrase_other_group_other_phrase(tmp_path: Path) -> None:
    first, again = GroupSecrets(tmp_path / "new"), GroupSecrets(tmp_path / "new")
    groups = [GroupId("a", 1), GroupId("a", 2), GroupId("b", 1), GroupId("a/1", 1)]
    phrases = [first.phrase(group) for group in groups]
    assert len(set(phrases)) == len(groups)
    assert [again.phrase(group) for group in groups] == phrases
    assert all(len(phrase) == 40 for phrase in phrases)


def test_another_user_has_other_phrases(tmp_path: Path) -> None:
    group = GroupId("a", 1)
    assert GroupSecrets(tmp_path / "x").phrase(group) != GroupSecrets(tmp_path / "y").phrase(group)


def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    GroupSecrets(tmp_path / "new").phrase(GroupId("a", 1))
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()] == [0o600] * 2


def test_two_runs_at_once_agree(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(GroupSecrets(tmp_path).phrase(GroupId("a", 1))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("content", ["", "{}", '{"root": 7}', "[]", '{"root": "zz"}'])
def test_a_broken_file_is_said_and_kept(content: str, tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(content, encoding="ascii")
    with pytest.raises(LabError) as caught:
        GroupSecrets(tmp_path).phrase(GroupId("a", 1))
    assert caught.value.code == "secret.file"
    assert path.read_text(encoding="ascii") == content
