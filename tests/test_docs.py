"""The pages of docs/: their programs run, and their tables say what is so."""

import re
from pathlib import Path

import pytest

make_tables = pytest.importorskip("make_tables", reason="docs/ is not beside the tests")
DOCS = Path(make_tables.__file__).parent
PAGES = sorted(DOCS.glob("*.md"))
AGAIN = "run `python docs/make_tables.py` and look at the difference"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_programs_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": page.stem}  # one program, told piece by piece
    text = page.read_text()
    for found in re.finditer(r"(?ms)^```python\n(.*?)^```$", text):
        first_line = text[:found.start(1)].count("\n")
        exec(compile("\n" * first_line + found.group(1), str(page), "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_tables_are_up_to_date():
    text = make_tables.PAGE.read_text()
    assert make_tables.updated(text) == text, AGAIN


def test_public_names_change_on_purpose():
    assert make_tables.NAMES.read_text().splitlines() == make_tables.public_names(), AGAIN


@pytest.mark.parametrize(("kind", "reasons"), [
    ("modules", make_tables.MODULES), ("classes", make_tables.CLASSES)])
def test_reasons_are_for_what_is_missing(kind, reasons):
    assert make_tables.untrue(kind, reasons) == []


def test_the_tables_would_notice(monkeypatch):
    shown = make_tables.updated(make_tables.PAGE.read_text())
    assert "`Dense`" in shown and "`Lambda`" in shown
    monkeypatch.delattr("fastdense.layers.Dense")
    assert make_tables.updated(shown) != shown
    assert make_tables.unexplained("modules", make_tables.MODULES)["layers"] >= {"Dense"}
    wrong = {"a reason": {"layers": "Nothing Flatten"}}
    assert make_tables.untrue("modules", wrong) == ["layers: Nothing", "layers: Flatten"]
