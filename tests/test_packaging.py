"""What the wheel holds: the three packages, the model files, the command; and nothing else."""

from __future__ import annotations

import tomllib
import zipfile
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {"symbolic", "numeric", "checks"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """Build with the back end itself, which takes no network and no second environment."""
    reason = "hatchling builds the wheel; it is no dependency of development"
    builders = pytest.importorskip("hatchling.builders.wheel", reason=reason)
    target = tmp_path_factory.mktemp("dist")
    (built,) = builders.WheelBuilder(str(ROOT)).build(directory=str(target), versions=["standard"])
    with zipfile.ZipFile(built) as opened:
        yield opened


def files_below(package: str) -> set[str]:
    """Return the files of a package that belong into the wheel."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_the_wheel_holds_the_packages_and_its_own_description(wheel: zipfile.ZipFile) -> None:
    top = {name.split("/")[0] for name in wheel.namelist()}
    (description,) = top - PACKAGES
    assert top == PACKAGES | {description}
    assert description.startswith("gradproof-")
    assert description.endswith(".dist-info")


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_the_wheel_holds_every_file_of_a_package(package: str, wheel: zipfile.ZipFile) -> None:
    inside = {name for name in wheel.namelist() if name.startswith(package + "/")}
    assert inside == files_below(package)


def test_the_wheel_holds_the_model_files(wheel: zipfile.ZipFile) -> None:
    models = {name for name in wheel.namelist() if name.endswith(".model")}
    assert len(models) >= 11
    assert models == {name for name in files_below("symbolic") if name.endswith(".model")}
    for name in models:
        assert wheel.read(name) == (ROOT / name).read_bytes()


def test_the_wheel_installs_the_command(wheel: zipfile.ZipFile) -> None:
    (name,) = (n for n in wheel.namelist() if n.endswith("entry_points.txt"))
    entry_points = ConfigParser()
    entry_points.read_string(wheel.read(name).decode())
    assert entry_points.sections() == ["console_scripts"]
    assert dict(entry_points["console_scripts"]) == {"gradproof": "checks.cli:main"}


def test_the_wheel_runs_on_every_machine(wheel: zipfile.ZipFile) -> None:
    """Pure Python: the tag names no version of it and no platform."""
    assert wheel.filename is not None
    assert wheel.filename.endswith("-py3-none-any.whl")


def test_the_project_file_asks_for_the_same() -> None:
    """Where the wheel cannot be built, at least its recipe is read."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == PACKAGES
    assert project["project"]["scripts"] == {"gradproof": "checks.cli:main"}
    assert project["build-system"]["build-backend"] == "hatchling.build"
