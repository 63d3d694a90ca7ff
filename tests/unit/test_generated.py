"""What is made from the program: well formed, and whole."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from esxlab import texts
from tests import generated


def test_the_picture_shows_every_line_of_the_run_and_loads_nothing():
    drawn = generated.picture()
    assert "href" not in drawn
    assert "url(" not in drawn
    image = ET.fromstring(drawn)  # noqa: S314 - our own text
    shown = ["".join(text.itertext()) for text in image.iter("{http://www.w3.org/2000/svg}text")]
    run = (generated.ROOT / "docs" / "terminal.txt").read_text(encoding="utf-8")
    assert shown == [line for line in run.splitlines() if line.strip()]


def test_every_error_of_the_catalogue_is_on_the_errors_page():
    page = generated.errors()
    codes = {
        key.removeprefix("error.").removesuffix(".fix")
        for key in texts.catalogue()
        if key.startswith("error.")
    }
    assert all(f"| `{code}` |" in page for code in codes)


def test_every_command_is_on_the_commands_page():
    page = generated.commands()
    for words in ("plan", "provision", "status", "verify", "teardown", "sim up", "sim down", "schema"):
        assert f"## esxlab {words}\n" in page


def test_check_names_what_is_stale_and_writes_nothing(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(generated, "ROOT", tmp_path)
    monkeypatch.setattr(generated, "FILES", {"page.md": lambda: "new\n"})
    (tmp_path / "page.md").write_text("old\n")
    assert generated.main(["--check"]) == 1
    assert "page.md" in capsys.readouterr().err
    assert (tmp_path / "page.md").read_text() == "old\n"
    assert generated.main([]) == 0
    assert generated.main(["--check"]) == 0


def test_the_readme_shows_the_shipped_spec_as_it_is():
    shown = (
        (generated.ROOT / "README.md")
        .read_text(encoding="utf-8")
        .partition("```yaml\n")[2]
        .partition("```")[0]
    )
    shipped = (generated.ROOT / "specs" / "tp.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    assert shown == "".join(line for line in shipped if not line.startswith("#"))
