"""How Sphinx builds the documentation; `make docs` calls it with warnings as errors."""

import os
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import make_api
import make_quality

import fastdense

project = "fastdense"
author = copyright = "the fastdense developers"
version = release = fastdense.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["programs", "performance", "tutorial/index.rst"]
nitpicky = True
highlight_language = "none"  # of a block that does not say; examples with >>> are Python

html_theme = "furo"
html_title = f"fastdense {release}"
html_copy_source = False
html_static_path = ["static"]
html_css_files = ["fastdense.css"]
pygments_style = "friendly"
pygments_dark_style = "monokai"

autosummary_generate = False
autodoc_inherit_docstrings = False  # a method that only does what its base says is told there
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
copybutton_exclude = ".linenos, .gp, .go"
myst_heading_anchors = 3

sphinx_gallery_conf = {
    "examples_dirs": "programs",
    "gallery_dirs": "tutorial",
    "filename_pattern": r"\.py$",
    "download_all_examples": False,
    "show_signature": False,
    "min_reported_time": 0,
    "abort_on_example_error": True,
    "write_computation_times": False,
}

make_api.write(HERE / "api")
make_api.write_pages(HERE / "proofs", make_quality.proofs())

INCLUDED = {found: page.name for page in HERE.glob("*.md")
            for found in re.findall(r"(?m)^```{include} (\S+)$", page.read_text())}
PROOFS = {f"../{promise.proof}": f"proofs/{promise.proof.replace('/', '.')}.rst"
          for promise in make_quality.PROMISES}


def relink(app, relative_path, parent, content):
    """Makes the links of a file that a page includes, or to proofs, lead on within the site."""
    folder = os.path.dirname(relative_path)
    pages = {**INCLUDED, **PROOFS}

    def moved(found):
        target, hash, part = found[1].partition("#")
        target = os.path.normpath(os.path.join(folder, target))
        target = target.removeprefix("../docs/")
        return f"]({pages.get(target, target)}{hash}{part})"

    content[0] = re.sub(r"\]\(((?![a-z]+:|#)[^)]+)\)", moved, content[0])


def setup(app):
    app.connect("include-read", relink)
    app.connect("source-read", lambda app, page, content:
                page == "quality" and relink(app, page, page, content))
    app.connect("autodoc-process-bases", lambda app, name, obj, options, bases:
                bases.__setitem__(slice(None), make_api.public_bases(obj)))
