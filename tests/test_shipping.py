"""What makes the wheels complete; that whole wheels work is proved by `make wheels`."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPING = ROOT / "shipping"

pytestmark = pytest.mark.skipif(not SHIPPING.exists(), reason="shipping/ is not beside the tests")


@pytest.fixture
def repair():
    spec = importlib.util.spec_from_file_location("repair", SHIPPING / "repair.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path):
    info = tmp_path / "fastdense-1.dist-info"
    (info / "licenses").mkdir(parents=True)
    (info / "METADATA").write_text("Name: fastdense\nLicense-Expression: BSD-3-Clause\n"
                                   "License-File: LICENSE\n\nLicense-Expression: no header\n")
    return tmp_path


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_the_license_goes_with_the_library(repair, tree, platform):
    runtime = repair.RUNTIMES[platform]
    (tree / "fastdense.libs").mkdir()
    (tree / "fastdense.libs" / f"{runtime.name}-1a2b.so").touch()
    repair.add_license(tree, runtime)
    info = tree / "fastdense-1.dist-info"
    assert (info / "METADATA").read_text().splitlines() == [
        "Name: fastdense", f"License-Expression: BSD-3-Clause AND {runtime.license}",
        f"License-File: LICENSE-{runtime.name}.txt", "License-File: LICENSE", "",
        "License-Expression: no header"]
    assert "Version" in (info / "licenses" / f"LICENSE-{runtime.name}.txt").read_text()


def test_a_wheel_without_openmp_is_refused(repair, tree):
    with pytest.raises(SystemExit, match="expected libgomp in the repaired wheel"):
        repair.add_license(tree, repair.RUNTIMES["linux"])


def test_actions_are_pinned_and_alike():
    """One commit for each action, in all workflows: a moved tag changes nothing."""
    pins = {}
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        for action, pin in re.findall(r"uses: ([\w/-]+)@(\S+)", path.read_text()):
            assert re.fullmatch("[0-9a-f]{40}", pin), f"{path.name}: {action}"
            pins.setdefault(action, set()).add(pin)
    assert pins
    assert all(len(found) == 1 for found in pins.values()), pins
