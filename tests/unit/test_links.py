"""The link checker finds what a reader would stumble over, and nothing else."""

from __future__ import annotations

import pytest

from tests.links import anchors_of, complaint, links_of, slug


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("# Top\n\n## Same\n\n## Same\n\n<a id='own'></a>\n")
    (tmp_path / "docs" / "guide.md").write_text("# Guide: `esxlab plan`, and *more*\n")
    files = frozenset(path for path in tmp_path.rglob("*") if path.is_file())
    return tmp_path, files


def test_links_are_found_in_text_tables_references_and_html_but_not_in_code():
    text = (
        "[a](one.md) and ![p](two.svg)\n\n| x |\n| --- |\n| [b](three.md#x) |\n\n"
        "[c][ref]\n\n[ref]: four.md\n\n"
        '<img src="five.svg">\n\n`[no](code.md)`\n\n```\n[no](fence.md)\n```\n'
    )
    assert [link.target for link in links_of(text)] == [
        "one.md", "two.svg", "three.md#x", "four.md", "five.svg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("What is needed", "what-is-needed"),
        ("Part 1: high availability (Heartbeat)", "part-1-high-availability-heartbeat"),
        ("École embarquée", "école-embarquée"),
        ("A -- b", "a----b"),
    ],
)
def test_slugs_are_those_of_github(heading, anchor):
    assert slug(heading) == anchor


def test_equal_headings_are_numbered_and_html_anchors_count(tree):
    root, _ = tree
    assert anchors_of(root / "README.md") == {"top", "same", "same-1", "own"}
    assert anchors_of(root / "docs" / "guide.md") == {"guide-esxlab-plan-and-more"}


@pytest.mark.parametrize(
    "target",
    [
        "docs/guide.md",
        "docs",
        "#same-1",
        "docs/guide.md#guide-esxlab-plan-and-more",
        "https://example.org/a#b",
    ],
)
def test_good_links_pass(tree, target):
    root, files = tree
    assert complaint(root / "README.md", target, files, root) == ""


@pytest.mark.parametrize(
    "target",
    [
        "gone.md",
        "docs/guide.md#gone",
        "#gone",
        "../outside.md",
        "/docs/guide.md",
        "ftp://x.org/a",
        "https://",
    ],
)
def test_dead_links_are_named(tree, target):
    root, files = tree
    assert complaint(root / "README.md", target, files, root)


def test_an_ignored_file_is_no_target(tree):
    root, files = tree
    (root / "build.md").write_text("")
    assert complaint(root / "README.md", "build.md", files, root)
