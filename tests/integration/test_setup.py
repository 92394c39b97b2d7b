"""`set_up` of scripts/_setup.sh, in a folder of its own with next to nothing to install."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
INSTALLING = "Installing the packages of requirements/base.txt …\n"
LOCKED = "nothing-of-this-name==1 --hash=sha256:" + "0" * 64 + "\n"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the set-up in it and an empty list of packages, already set up."""
    root = tmp_path_factory.mktemp("clone with a space")
    (root / "scripts").mkdir()
    (root / "requirements").mkdir()
    for name in ("_setup.sh", "_setup.py"):
        shutil.copy(SCRIPTS / name, root / "scripts")
    (root / "requirements" / "base.txt").write_text("# nothing\n")
    (root / "requirements" / "dev.txt").write_text("# nothing more\n")
    assert finish(start(root)) == (0, INSTALLING, "")
    return root


def start(root: Path, **env: str) -> subprocess.Popen[str]:
    """Begin a set-up as the scripts do, from another folder and without a network."""
    command = f'ROOT="{root}"; . "$ROOT/scripts/_setup.sh"; set_up base'
    return subprocess.Popen(
        ["/bin/sh", "-c", command],
        cwd="/",
        env=os.environ | {"PIP_NO_INDEX": "1"} | env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate()
    return process.returncode, out, err


def test_a_second_run_does_nothing(clone: Path) -> None:
    assert finish(start(clone)) == (0, "", "")


def test_changed_requirements_are_installed(clone: Path) -> None:
    with (clone / "requirements" / "base.txt").open("a") as file:
        file.write("# and nothing again\n")
    assert finish(start(clone)) == (0, INSTALLING, "")


def test_two_runs_at_once_install_once(clone: Path) -> None:
    shutil.rmtree(clone / ".venv")
    results = [finish(one) for one in [start(clone), start(clone)]]
    assert [code for code, _, _ in results] == [0, 0]
    assert "".join(out for _, out, _ in results).count(INSTALLING) == 1


def test_a_broken_environment_is_made_anew(clone: Path) -> None:
    (clone / ".venv" / "bin" / "python").unlink()
    assert finish(start(clone)) == (0, INSTALLING, "")


def test_packages_that_cannot_be_had_are_one_clear_sentence(clone: Path) -> None:
    locked = clone / "requirements" / "base.txt"
    kept = locked.read_text()
    locked.write_text(LOCKED)
    code, _, err = finish(start(clone, PIP_FIND_LINKS="", PIP_CONFIG_FILE=os.devnull))
    locked.write_text(kept)
    assert code == 1
    assert err.splitlines()[-1].startswith("The packages could not be installed (see above).")


def test_no_python_3_11_is_one_clear_sentence(clone: Path, tmp_path: Path) -> None:
    nowhere = str(tmp_path)
    assert finish(start(clone, PATH=nowhere, HOME=nowhere, PYENV_ROOT=nowhere)) == (
        1,
        "",
        "Python 3.11 is missing: neither python3.11, python3, python nor pyenv has it.\n",
    )


def test_a_python_that_cannot_make_environments_is_named(clone: Path, tmp_path: Path) -> None:
    fake = tmp_path / "python3.11"
    fake.write_text('#!/bin/sh\ncase "$3" in *ensurepip*) exit 1 ;; esac\n')
    fake.chmod(0o755)
    nowhere = str(tmp_path)
    _, _, err = finish(start(clone, PATH=nowhere, HOME=nowhere, PYENV_ROOT=nowhere))
    assert err.startswith("python3.11 cannot make virtual environments")
