"""Where templates come from, and what their errors say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esxlab.errors import LabError
from esxlab.scenarios import build_lab
from esxlab.scenarios.seeds import load_seeds, shipped_seeds
from tests.group_specs import group_spec


def refused(own, code):
    with pytest.raises(LabError) as caught:
        build_lab(replace(group_spec(), seeds=own), phrase="sesame")
    assert caught.value.code == code
    return caught.value


def test_a_teachers_file_comes_before_the_shipped_one_file_by_file(tmp_path):
    (tmp_path / "index.html").write_text("<h1>It works! {{ hostname }}</h1> BTS SIO\n")
    lab = build_lab(replace(group_spec(), seeds=tmp_path), phrase="sesame")
    files = {file.path: file.content for file in lab.machine("srvweb1").guest.files}
    assert files["/var/www/html/index.html"] == "<h1>It works! SRV1</h1> BTS SIO\n"
    assert "keepalive 2" in files["/etc/ha.d/ha.cf"]


def test_an_edited_seed_changes_the_stamp_of_its_machines_only(tmp_path):
    (tmp_path / "index.html").write_text("other\n")
    before, after = (
        build_lab(replace(group_spec(), seeds=seeds), phrase="sesame").machines for seeds in (None, tmp_path)
    )
    differing = [a.owner.machine for a, b in zip(before, after, strict=True) if a.stamp != b.stamp]
    assert differing == ["srvweb1", "srvweb2"]


def test_an_unknown_name_is_an_error_with_its_line(tmp_path):
    (tmp_path / "ha.cf").write_text("bcast {{ inside.nic }}\nkeepalive {{ cluster.keepalve_s }}\n")
    error = refused(tmp_path, "seeds.broken")
    assert error.where == f"{tmp_path / 'ha.cf'}:2"
    assert "keepalve_s" in str(error)


def test_a_syntax_error_is_an_error_with_its_line(tmp_path):
    (tmp_path / "hosts").write_text("127.0.0.1 localhost\n{% for x in %}\n")
    assert refused(tmp_path, "seeds.broken").where == f"{tmp_path / 'hosts'}:2"


def test_a_template_cannot_reach_out_of_its_box(tmp_path):
    (tmp_path / "hosts").write_text("{{ ''.__class__.__mro__ }}\n")
    assert refused(tmp_path, "seeds.broken").where


def test_a_directory_that_is_not_there(tmp_path):
    assert refused(tmp_path / "none", "seeds.no_directory").where.endswith("none")


def test_a_missing_template():
    with pytest.raises(LabError) as caught:
        load_seeds(None).render("no-such-seed")
    assert caught.value.code == "seeds.missing"
    assert "no-such-seed" in str(caught.value)


def test_a_name_in_the_page_is_escaped():
    page = load_seeds(None).render("index.html", hostname="<b>", group=1)
    assert "<h1>It works! &lt;b&gt;</h1>" in page


def test_the_shipped_seeds_are_there():
    assert (shipped_seeds() / "ha.cf").is_file()
