"""The house is as DESIGN §2 draws it: a source root, small modules, imports that go down."""

from __future__ import annotations

import ast
import configparser
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLATFORM = ROOT / "platform"
PACKAGES = sorted(path.parent.name for path in PLATFORM.glob("*/__init__.py"))
MODULES = sorted(path.stem for path in PLATFORM.glob("*.py"))
WINGS = sorted(path.parent.name for path in PLATFORM.glob("programs/*/rules.py"))
LINES_MAX = 400


@pytest.mark.parametrize("name", [*PACKAGES, *MODULES])
def test_our_packages_are_ours(name: str) -> None:
    """Packages on PyPI have names like `schema`; installed, they could stand in front of ours."""
    file = importlib.import_module(name).__file__
    assert file is not None
    assert Path(file).is_relative_to(PLATFORM)


def test_standard_library_keeps_its_platform() -> None:
    assert not (PLATFORM / "__init__.py").exists()
    import platform

    assert platform.python_version()


@pytest.mark.parametrize("file", sorted(PLATFORM.rglob("*.py")), ids=lambda file: str(file.relative_to(PLATFORM)))
def test_module_is_small_and_says_what_it_is(file: Path) -> None:
    text = file.read_text("utf-8")
    assert len(text.splitlines()) <= LINES_MAX
    assert ast.get_docstring(ast.parse(text)), "a module begins with what it is for"


@pytest.mark.parametrize("file", sorted(PLATFORM.rglob("*.py")), ids=lambda file: str(file.relative_to(PLATFORM)))
def test_what_is_private_stays_in_its_module(file: Path) -> None:
    imported = [
        f"{node.module}.{name.name}"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in {*PACKAGES, *MODULES}
        for name in node.names
        if name.name.startswith("_")
    ]
    assert imported == []


def test_tests_mirror_the_folders() -> None:
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert folders <= {*PACKAGES, "e2e", "faults", "cases", "promises", "benchmarks"}
    assert all((ROOT / "tests" / folder / "__init__.py").exists() for folder in folders)


def test_import_rule_knows_every_package() -> None:
    assert rule("importlinter", "root_packages") == set(PACKAGES) - {"migrations"}
    assert rule("importlinter:contract:wings", "modules") == {f"programs.{wing}" for wing in WINGS}
    rooms = rule("importlinter:contract:rooms", "source_modules")
    assert rooms == {f"programs.{wing}.{room}" for wing in WINGS for room in ("rules", "kind")}
    floors = rule("importlinter:contract:floors", "layers")
    named = {name for floor in floors for name in floor.replace("|", " ").replace(":", " ").split()}
    assert {name.strip("()") for name in named} >= set(PACKAGES) - {"migrations"}


def test_imports_go_down() -> None:
    run = subprocess.run(  # a process of its own: it reads all modules anew
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(PLATFORM)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def test_import_rule_is_not_blind(tmp_path: Path) -> None:
    """The kit importing tenants, and a kind reading the clock, break the rule."""
    for package in (*PACKAGES, *(f"programs/{wing}" for wing in WINGS)):
        (tmp_path / package).mkdir(parents=True)
        for module in ("__init__", *(path.stem for path in (PLATFORM / package).glob("*.py"))):
            (tmp_path / package / f"{module}.py").write_text("")
    (tmp_path / "kit" / "text.py").write_text("import tenants.roles\n")
    (tmp_path / "programs" / "points" / "rules.py").write_text("from kit import clock\n")
    (tmp_path / ".importlinter").write_text((ROOT / ".importlinter").read_text("utf-8"))
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert "kit.text -> tenants.roles" in run.stdout
    assert "programs.points.rules -> kit.clock" in run.stdout


def rule(section: str, option: str) -> set[str]:
    """The lines of one option of .importlinter."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter", "utf-8")
    return set(config[section][option].split("\n")) - {""}
