"""A datastore is read while others delete in it."""

import shutil

from esxlab.sim.walking import walk


def test_what_vanishes_meanwhile_is_not_there(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "disk.vmdk").touch()
    found = walk(tmp_path)
    seen = [next(found)]
    shutil.rmtree(tmp_path / "b")
    seen += found
    assert tmp_path / "a" / "disk.vmdk" in seen
    assert tmp_path / "c" / "disk.vmdk" in seen
    assert tmp_path / "b" / "disk.vmdk" not in seen


def test_everything_below_is_told_but_not_the_directory_itself(tmp_path):
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / "deep" / "deeper" / ".hidden").touch()
    assert sorted(walk(tmp_path)) == [
        tmp_path / "deep",
        tmp_path / "deep" / "deeper",
        tmp_path / "deep" / "deeper" / ".hidden",
    ]
