"""The embedded school is found from the directories below it, as a spec is."""

from __future__ import annotations

from esxlab.cli.school import ACCESS_FILE, school_directory


def test_a_school_is_found_upward(tmp_path, monkeypatch):
    monkeypatch.delenv("ESXLAB_SCHOOL", raising=False)
    below = tmp_path / "lessons" / "monday"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert school_directory() == below / ".esxlab" / "school"
    school = tmp_path / ".esxlab" / "school"
    school.mkdir(parents=True)
    (school / ACCESS_FILE).write_text("{}")
    assert school_directory() == school
    monkeypatch.setenv("ESXLAB_SCHOOL", "elsewhere")
    assert school_directory() == below / "elsewhere"
