"""The pages of docs/: their programs run, and their tables say what is so."""

import re
import runpy
import zlib
from pathlib import Path

import pytest

make_tables = pytest.importorskip("make_tables", reason="docs/ is not beside the tests")
import check_site  # noqa: E402
import make_api  # noqa: E402
import make_quality  # noqa: E402

DOCS = Path(make_tables.__file__).parent
PAGES = sorted(DOCS.glob("*.md"))
BUILT = {"tutorial/mnist.rst": "programs/mnist.py", "api/index.rst": "make_api.py"}  # by what
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
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)|^```{include} (\S+)$", page.read_text(), re.M)
    for target in map("".join, links):
        assert (page.parent / BUILT.get(target, target)).exists(), target


def test_tables_are_up_to_date():
    text = make_tables.PAGE.read_text()
    assert make_tables.updated(text) == text, AGAIN


def test_public_names_change_on_purpose():
    assert make_tables.NAMES.read_text().splitlines() == make_tables.public_names(), AGAIN
    assert make_tables.MEMBERS.read_text().splitlines() == make_tables.public_members(), AGAIN


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


# -- the tutorial ----------------------------------------------------------------------------------


def test_the_tutorial_runs_without_a_network(monkeypatch, capsys):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    from fastdense.datasets import mnist

    def nowhere():
        raise FileNotFoundError

    monkeypatch.setattr(mnist, "load_data", nowhere)
    monkeypatch.setattr(pyplot, "show", lambda: None)
    pyplot.close("all")
    runpy.run_path(DOCS / "programs" / "mnist.py")
    assert len(pyplot.get_fignums()) == 4
    pyplot.close("all")
    out = capsys.readouterr().out
    assert "with the SAMPLE" in out and "same bits: True" in out


# -- the promises ----------------------------------------------------------------------------------


def test_the_promises_are_up_to_date():
    again = "run `python docs/make_quality.py` and look at the difference"
    assert make_quality.PAGE.read_text() == make_quality.page(), again


@pytest.mark.parametrize("promise", make_quality.PROMISES, ids=lambda promise: promise.name)
def test_every_promise_has_its_proof(promise):
    assert (DOCS.parent / promise.proof).is_file()
    assert promise.says and (promise.command or promise.proof.startswith("tests/promises/test_"))


def test_figures_belong_to_promises():
    assert set(make_quality.figures.read()) <= {promise.name for promise in make_quality.PROMISES}


def test_a_promise_is_a_line():
    promise = make_quality.Promise("forks", "A child | can fit.", "tests/x/test_y.py", "make prove")
    line = make_quality.row(promise, {"figure": "200 forks", "commit": "abc", "date": "2026-01-02"})
    assert line == ("| **forks**: A child \\| can fit. | 200 forks (abc, 2026-01-02) | "
                    "[test_y.py](../tests/x/test_y.py) `make prove` |\n")
    alone = promise._replace(command="")
    assert make_quality.row(alone, None).endswith("[test_y.py](../tests/x/test_y.py) |\n")
    assert "not yet measured" in make_quality.row(promise, None)


def test_a_proof_is_shown():
    promise = make_quality.Promise("forks", "A child can fit.", "tests/x/test_y.py", "make prove")
    (page, text), = make_quality.proofs([promise, promise]).items()
    assert page == "tests.x.test_y.py" and ".. literalinclude:: ../../tests/x/test_y.py\n" in text


# -- the API reference -----------------------------------------------------------------------------


def test_every_public_name_has_its_page():
    pages = make_api.pages()
    entries = make_api.entries()
    assert {entry.name for entry in entries} == {"fastdense", *make_tables.public_names()}
    homes = {entry.name for entry in entries if entry.name == entry.home}
    for entry in entries:
        assert entry.home in homes
        assert make_api.page_of(entry, homes) in pages
    assert len({page.lower() for page in pages}) == len(pages)  # also where Hinge is hinge
    assert set(make_api.ORDER) == {name.split(".")[1] for name in pages if name.count(".") == 1
                                   and ".. automodule::" in pages[name]}


def test_a_thing_is_told_once_at_home():
    homes = {entry.name: entry.home for entry in make_api.entries()}
    assert homes["fastdense.Sequential"] == "fastdense.models.Sequential"
    assert homes["fastdense.losses.MSE"] == "fastdense.losses.mean_squared_error"
    assert homes["fastdense.metrics.hinge"] == "fastdense.losses.hinge"
    pages = make_api.pages()
    assert ".. py:data:: MSE\n\n   The same as :py:obj:`fastdense.losses.mean_squared_error`." in (
        pages["fastdense.losses"])
    assert ".. autofunction:: fastdense.losses.hinge" in pages["fastdense.losses.hinge-function"]
    assert ":inherited-members: object, Loss" in pages["fastdense.losses.MeanSquaredError"]


def test_pages_of_names_that_have_gone_go(tmp_path):
    (tmp_path / "fastdense.old.rst").touch()
    make_api.write(tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == {"index", *make_api.pages()}


def test_a_site_is_checked(tmp_path):
    names = b"fastdense.a py:class 1 page.html -\nfastdense.b py:class 1 page.html -\n"
    (tmp_path / "objects.inv").write_bytes(
        b"# Sphinx\n# Project: x\n# Version: 1\n# zlib\n" + zlib.compress(names))
    assert check_site.untold(tmp_path, ["fastdense.a", "fastdense.c"]) == ["fastdense.c"]
    page = tmp_path / "page.html"
    page.write_text('<a href="https://x.org"></a><script src="y.js"></script><img src="z.png">')
    assert check_site.loaded(tmp_path) == {}
    page.write_text('<link rel="stylesheet" href="https://fonts.example/f.css"/>')
    (tmp_path / "a.css").write_text("a { background: url(//x.org/a.png) }")
    assert set(check_site.loaded(tmp_path)) == {"page.html", "a.css"}
    assert len(check_site.complaints(tmp_path)) > 2
