"""The pages: each can be found, and none points to what is not there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = sorted(path.name for path in (ROOT / "docs").glob("*.md"))
FOLDERS = ("autograder", "bench", "docs", "reference", "student_template", "tests")
PAGES = {
    "README.md",
    "CONTRIBUTING.md",
    *(f"{folder}/README.md" for folder in FOLDERS),
    *(f"docs/{name}" for name in DOCS),
}
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("name", [name for name in DOCS if name != "README.md"])
def test_a_page_is_named_where_readers_look(name):
    """Every page stands in the site's navigation and in the list of who reads what."""
    assert f": {name}\n" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert f"({name})" in (ROOT / "docs/README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_link_leads_somewhere(page):
    """What a page points to in the project is there."""
    path = ROOT / page
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    lost = [link for link in LINK.findall(text) if not (path.parent / link).exists()]

    assert lost == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_says_what_it_is_in_a_few_lines(folder):
    """Whoever opens a folder reads in at most seven lines what lies there."""
    assert 3 <= len((ROOT / folder / "README.md").read_text(encoding="utf-8").splitlines()) <= 7
