"""Where templates come from, and what their errors say."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest

from esxlab.errors import LabError
from esxlab.exercises.registry import build_lab
from esxlab.exercises.seeds import load_seeds, shipped_seeds
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


def test_an_edited_seed_changes_the_config_digest_of_its_machines_only(tmp_path):
    (tmp_path / "index.html").write_text("other\n")
    before, after = (
        build_lab(replace(group_spec(), seeds=seeds), phrase="sesame").machines for seeds in (None, tmp_path)
    )
    differing = [
        a.owner.machine for a, b in zip(before, after, strict=True) if a.config_digest != b.config_digest
    ]
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


ENDLESS = [
    "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    "{% for a in range(100000000) %}{% endfor %}",
    "{{ 'a' * 1000000000 }}",
    "{{ [0] * 1000000000 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ 9999 ** 9999 }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '%*d' % (999999999, 1) }}",
    "{{ '%999999999d'|format(1) }}",
    "{{ '{:999999999}'.format(1) }}",
    "{{ 'a'.center(999999999) }}",
    "{{ 'a'|center(999999999) }}",
    "{{ 'a'" + "|replace('a', 'aaaaaaaaaa')" * 30 + " }}",
    "{{ 'a'" + ".replace('a', 'aaaaaaaaaa')" * 30 + " }}",
    "{% set x = 'a' %}\n" + "{% set x = x ~ x %}\n" * 60,
    "{% set x = 'a' %}\n" + "{% set x = x + x %}\n" * 60,
    "{% set x = [1] %}\n" + "{% set x = x + x %}\n" * 60,
    "{% set x = 'a' %}\n" + "{% set x %}{{ x }}{{ x }}{% endset %}\n" * 60,
    "{% set n = namespace(x='a') %}{% for a in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'hosts' %}",
    "{{ lipsum(9999) }}",
    "{{ 1 / 0 }}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{{ [][hostname] }}",
    "x" * 100_000,
    "{{",
]


@pytest.mark.parametrize("text", ENDLESS, ids=lambda text: text[:40])
def test_a_template_that_would_never_end_has_an_answer(tmp_path, text):
    (tmp_path / "hosts").write_text(text)
    error = refused(tmp_path, "seeds.broken")
    assert str(tmp_path / "hosts") in error.where


@pytest.mark.parametrize("content", [b"\xff\xfe", "élève".encode("latin-1")])
def test_a_template_that_is_no_text_has_an_answer(tmp_path, content):
    (tmp_path / "hosts").write_bytes(content)
    assert refused(tmp_path, "seeds.broken").where == str(tmp_path / "hosts")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_a_template_that_is_no_file_has_an_answer(tmp_path, make):
    make(tmp_path / "hosts")
    assert refused(tmp_path, "seeds.broken").where == str(tmp_path / "hosts")


def test_an_error_does_not_tell_the_phrase(tmp_path):
    (tmp_path / "authkeys").write_text("{{ [][phrase] }}")
    assert "sesame" not in str(refused(tmp_path, "seeds.broken"))


def test_what_templates_of_teachers_do_stays(tmp_path):
    (tmp_path / "index.html").write_text(
        "{% macro big(text) %}<b>{{ text|upper }}</b>{% endmacro %}{% set n = 3 * 4 %}"
        "{% for i in range(n) %}{{ '%02d'|format(i) }}{{ ' ' * 2 }}{% endfor %}{{ big(hostname) ~ '!' }}"
        "{{ '%03d' % group }}{{ ['a', 'b']|join(', ') }}{{ hostname.lower() }}"
    )
    page = load_seeds(tmp_path).render("index.html", hostname="SRV<1>", group=7)
    assert page == "".join(f"{i:02d}  " for i in range(12)) + "<b>SRV&lt;1&gt;</b>!007a, bsrv&lt;1&gt;"


def test_every_shipped_template_may_be_a_teachers(tmp_path):
    """Watched or not, the text is the same."""
    shutil.copytree(shipped_seeds(), tmp_path / "own")
    one, two = (build_lab(replace(group_spec(), seeds=own), phrase="s") for own in (None, tmp_path / "own"))
    assert [machine.guest for machine in one.machines] == [machine.guest for machine in two.machines]
