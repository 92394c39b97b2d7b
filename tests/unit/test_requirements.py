"""The requirements are locked, with hashes and reasons, and say nothing of where they came from."""

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).resolve().parents[2] / "requirements"


def wanted(name: str) -> dict[str, Requirement]:
    """What an .in file asks for by package; the lines of a file it includes are left out."""
    found: dict[str, Requirement] = {}
    for line in (FOLDER / f"{name}.in").read_text().splitlines():
        text = line.split("#")[0].strip()
        if text and not text.startswith("-r"):
            requirement = Requirement(text)
            found[canonicalize_name(requirement.name)] = requirement
    return found


def locked(name: str) -> dict[str, str]:
    """Package and version of every pinned line of a .txt file."""
    text = (FOLDER / f"{name}.txt").read_text()
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.MULTILINE)
    return {canonicalize_name(package): version for package, version in pins}


def blocks(name: str) -> list[str]:
    """Each pinned package of a .txt file with its hashes and the comment that says why."""
    text = (FOLDER / f"{name}.txt").read_text()
    parts = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    return [part for part in parts if "==" in part.split("\n")[0]]


def test_there_are_the_two_sets_and_nothing_else() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {
        *("base.in", "base.txt", "dev.in", "dev.txt")
    }


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_requirement_has_its_reason(name: str) -> None:
    lines = (FOLDER / f"{name}.in").read_text().splitlines()
    plain = [line for line in lines if line and not line.startswith(("#", "-r "))]
    assert [line for line in plain if not re.search(r"\s# \w.+\w", line)] == []


@pytest.mark.parametrize("name", ["base", "dev"])
def test_the_lock_has_what_is_asked_for(name: str) -> None:
    pins = locked(name)
    missing = [
        str(requirement)
        for package, requirement in wanted(name).items()
        if not requirement.specifier.contains(pins.get(package, "0"))
    ]
    assert missing == []
    assert set(wanted(name)) <= set(pins)


@pytest.mark.parametrize("name", ["base", "dev"])
def test_the_lock_has_nothing_that_nobody_asks_for(name: str) -> None:
    asked = {f"{part}.in": set(wanted(part)) for part in ("base", "dev")}
    asked["base.txt"] = set(locked("base"))
    pins = locked(name)
    stray = []
    for block in blocks(name):
        package = canonicalize_name(re.split(r"==|\[", block)[0])
        for reason in re.findall(r"^    #(?: via|  ) +(\S.*)$", block, re.MULTILINE):
            by_us = re.fullmatch(r"-r requirements/(\S+)", reason)
            if not (package in asked[by_us[1]] if by_us else canonicalize_name(reason) in pins):
                stray.append(f"{package}: {reason}")
    assert stray == []


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_locked_line_has_hashes(name: str) -> None:
    assert blocks(name)
    assert [block for block in blocks(name) if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("version", ["3.11.0", "3.11.2", "3.11.14"])
@pytest.mark.parametrize("name", ["base", "dev"])
def test_the_lock_is_whole_on_every_python_3_11(name: str, version: str) -> None:
    """A lock is made with one Python; some packages need more on a smaller patch version."""
    pins = locked(name)
    there = {"python_full_version": version, "extra": ""}
    missing = [
        f"{package}: {text}"
        for package in pins
        for text in distribution(package).requires or []
        if (needed := Requirement(text)).marker is None or needed.marker.evaluate(there)
        if canonicalize_name(needed.name) not in pins
    ]
    assert missing == []


def test_what_is_tested_is_what_runs() -> None:
    base, dev = locked("base"), locked("dev")
    assert {package: dev.get(package) for package in base} == base


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_no_index_is_named(path: Path) -> None:
    assert re.findall(r"--(?:extra-)?index-url|--find-links|--trusted-host", path.read_text()) == []
