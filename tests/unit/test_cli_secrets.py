"""Phrases and passwords: one root per user, others for each group and rotation, the same at every run."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from esxlab.cli.group_secrets import GroupSecrets
from esxlab.cli.secrets_file import SecretsFile
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.lab.password import MODEL, PasswordName
from esxlab.local.unwritten import Unwritten

GROUP, OTHER = GroupId("sio2", 7), GroupId("sio2", 8)


def test_same_group_same_phrase_other_group_other_phrase(tmp_path: Path) -> None:
    first, again = GroupSecrets(tmp_path / "new"), GroupSecrets(tmp_path / "new")
    groups = [GroupId("a", 1), GroupId("a", 2), GroupId("b", 1), GroupId("a/1", 1)]
    phrases = [first.phrase(group, "authkeys") for group in groups]
    assert len(set(phrases)) == len(groups)
    assert [again.phrase(group, "authkeys") for group in groups] == phrases
    assert all(len(phrase) == 40 for phrase in phrases)


def test_secrets_are_new_to_the_command_that_made_them(tmp_path: Path) -> None:
    first, second = GroupSecrets(tmp_path), GroupSecrets(tmp_path)
    assert not first.are_new  # nothing was asked of them
    assert first.phrase(GROUP, "heartbeat")
    assert first.are_new
    assert second.phrase(GROUP, "heartbeat")
    assert not second.are_new
    (tmp_path / "file").write_text("")
    nowhere = GroupSecrets(tmp_path / "file", unwritten=Unwritten())
    assert nowhere.phrase(GROUP, "heartbeat")
    assert nowhere.are_new


def test_another_user_has_other_phrases(tmp_path: Path) -> None:
    group = GroupId("a", 1)
    one, other = GroupSecrets(tmp_path / "x"), GroupSecrets(tmp_path / "y")
    assert one.phrase(group, "authkeys") != other.phrase(group, "authkeys")


def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    GroupSecrets(tmp_path / "new").phrase(GroupId("a", 1), "authkeys")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()] == [0o600] * 2


def test_two_runs_at_once_agree(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(GroupSecrets(tmp_path).phrase(GroupId("a", 1), "authkeys"))
        )
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
        GroupSecrets(tmp_path).phrase(GroupId("a", 1), "authkeys")
    assert caught.value.code == "secret.file"
    assert path.read_text(encoding="ascii") == content


def password_of(found: GroupSecrets, group: GroupId) -> str:
    return found.password(found.password_name(group))


def test_a_phrase_of_before_there_were_rotations_is_still_the_same(tmp_path: Path) -> None:
    root = "00" * 32
    (tmp_path / "secrets.json").write_text(f'{{"schema": "esxlab/secrets/1", "root": "{root}"}}')
    name = b"authkeys/sio2/7"
    expected = hmac.new(bytes.fromhex(root), name, hashlib.sha256).hexdigest()[:40]
    assert GroupSecrets(tmp_path).phrase(GROUP, "authkeys") == expected


def test_every_group_and_every_rotation_has_a_password_of_its_own(tmp_path: Path) -> None:
    found = GroupSecrets(tmp_path)
    all_of_them = {
        found.password(PasswordName(group, generation, found.password_name(group).root))
        for group in (GROUP, OTHER, GroupId("sio2", 71), GroupId("sio2-7", 7))
        for generation in range(3)
    }
    assert len(all_of_them) == 12
    assert {len(password) for password in all_of_them} == {16}
    assert set("".join(all_of_them)) <= set("bcdefghijklnoprstuvx")


def test_a_rotation_is_planned_before_it_is_written_down(tmp_path: Path) -> None:
    before = GroupSecrets(tmp_path)
    ahead = before.rotated({GROUP: 1})
    assert ahead.phrase(GROUP, "authkeys") != before.phrase(GROUP, "authkeys")
    assert password_of(ahead, GROUP) != password_of(before, GROUP)
    assert ahead.phrase(OTHER, "authkeys") == before.phrase(OTHER, "authkeys")
    assert GroupSecrets(tmp_path).phrase(GROUP, "authkeys") == before.phrase(GROUP, "authkeys")
    before.begin({GROUP: 1})
    after = GroupSecrets(tmp_path)
    assert after.phrase(GROUP, "authkeys") == ahead.phrase(GROUP, "authkeys")
    assert password_of(after, GROUP) == password_of(ahead, GROUP)
    assert after.password_name(GROUP).root == before.password_name(GROUP).root
    assert after.is_begun(GROUP)
    assert not after.is_begun(OTHER)
    after.finish([GROUP])
    assert not GroupSecrets(tmp_path).is_begun(GROUP)
    assert GroupSecrets(tmp_path).generation(GROUP) == 1


def test_any_generation_of_our_root_is_known_and_none_of_another(tmp_path: Path) -> None:
    ours, theirs = GroupSecrets(tmp_path / "ours"), GroupSecrets(tmp_path / "theirs")
    root = ours.password_name(GROUP).root
    assert ours.password(PasswordName(GROUP, 5, root))
    assert theirs.password(PasswordName(GROUP, 5, root)) == ""
    assert ours.password(MODEL) == ""


def test_who_read_the_file_before_somebody_rotated_is_refused(tmp_path: Path) -> None:
    first, second = GroupSecrets(tmp_path), GroupSecrets(tmp_path)
    assert first.generation(GROUP) == second.generation(GROUP) == 0
    first.begin({GROUP: 1})
    with pytest.raises(LabError) as caught:
        second.begin({GROUP: 1, OTHER: 1})
    assert caught.value.code == "secret.rotated"
    assert GroupSecrets(tmp_path).generation(OTHER) == 0


def test_no_rotation_of_many_at_once_is_lost(tmp_path: Path) -> None:
    groups = [GroupId("sio2", number) for number in range(1, 25)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda group: GroupSecrets(tmp_path).begin({group: group.number}), groups))
    found = GroupSecrets(tmp_path)
    assert [found.generation(group) for group in groups] == [group.number for group in groups]


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_write_that_dies_leaves_the_file_whole(tmp_path: Path, monkeypatch, moment: str) -> None:
    before = GroupSecrets(tmp_path)
    phrase = before.phrase(GROUP, "authkeys")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(*{"fsync": (os, "fsync", die), "replace": (Path, "replace", die)}[moment])
    with pytest.raises(KeyboardInterrupt):
        before.begin({GROUP: 1})
    monkeypatch.undo()
    assert GroupSecrets(tmp_path).phrase(GROUP, "authkeys") == phrase
    GroupSecrets(tmp_path).begin({GROUP: 1})
    assert GroupSecrets(tmp_path).generation(GROUP) == 1


def test_nothing_of_it_is_shown(tmp_path: Path) -> None:
    found = GroupSecrets(tmp_path)
    password, phrase = password_of(found, GROUP), found.phrase(GROUP, "authkeys")
    root = json.loads((tmp_path / "secrets.json").read_text())["root"]
    kept = SecretsFile(tmp_path).read()
    shown = f"{found!r} {found.password_name(GROUP)!r} {found.password_name(GROUP)} {kept!r}"
    for secret in (password, phrase, root, repr(bytes.fromhex(root))):
        assert secret not in shown
