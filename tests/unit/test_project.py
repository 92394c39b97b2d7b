"""House rules of the repository that no linter knows: what lies where, how large, what never."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[2]
TOP = {
    *("manage.py", "pyproject.toml", "Dockerfile", "README.md", "CHANGELOG.md"),
    *("smartapp", "templates", "static", "tests", "scripts", "requirements", "docs"),
}
# Made by running, and named in .gitignore.
MADE = {"var", "staticfiles", "screenshots", "__pycache__"}
DOTS = {".ci", ".dockerignore", ".gitignore"}
TEXTS = {
    *("", ".py", ".toml", ".txt", ".in", ".md", ".sh", ".html", ".css", ".js", ".json"),
    *(".yml", ".yaml", ".xml", ".svg", ".csv"),
}
# Written so that no pattern matches its own text here.
NEVER = {
    "a path of somebody's machine": r"(?<![\w.])/(?:root|home|Users|work)/\w",
    "the host of a package index": r"p(?:y)pi\.|python(?:h)osted|registry\.(?:n)pm",
    "a mark of unfinished work": r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b",
}
NAMELESS = {"utils", "helpers", "common", "base", "services", "managers"}


def files(*folders: str, suffix: str = "") -> Iterator[Path]:
    """Our own files below these folders of the repository."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            if path.is_file() and not MADE & set(path.parts):
                yield path


def repository() -> Iterator[Path]:
    """Every text file that is committed."""
    yield from (ROOT / name for name in TOP | DOTS if (ROOT / name).is_file())
    folders = [name for name in TOP | DOTS if (ROOT / name).is_dir()]
    yield from (path for path in files(*folders) if path.suffix in TEXTS)


def modules(*folders: str) -> Iterator[Path]:
    yield from (path for path in files(*folders, suffix=".py") if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def measured() -> Iterator[tuple[str, int]]:
    """Every function of the repository with its lines."""
    for path in [ROOT / "manage.py", *modules("smartapp", "tests", "scripts")]:
        for node in functions(path):
            yield f"{name_of(path)}:{node.name}", lines(node)


def test_the_top_level_holds_what_it_should_and_nothing_else() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - MADE == TOP


@pytest.mark.parametrize("rule", NEVER)
def test_the_repository_never_contains(rule: str) -> None:
    pattern = re.compile(NEVER[rule])
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in repository()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_no_check_is_switched_off_without_a_reason() -> None:
    codes = r"(?::?\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*|\[[\w,\s-]+\])?"
    bare = re.compile(rf"#\s*(?:noqa|type:\s*ignore|pragma:\s*no cover){codes}\s*$")
    found = [
        f"{name_of(path)}:{number}"
        for path in modules("smartapp", "tests", "scripts")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def test_no_function_is_over_50_lines() -> None:
    assert [one for one in measured() if one[1] > 50] == []


def test_nine_functions_of_ten_are_under_25_lines() -> None:
    every = [count for _, count in measured()]
    assert sum(count < 25 for count in every) >= 0.9 * len(every)


def test_no_view_is_over_20_lines() -> None:
    long = [
        f"{name_of(path)}:{node.name} {lines(node)}"
        for path in modules("smartapp")
        if path.stem == "views" or path.parent.name == "views"
        for node in functions(path)
        if node.args.args and node.args.args[0].arg == "request" and lines(node) > 20
    ]
    assert long == []


def test_no_module_is_over_300_lines() -> None:
    long = [
        (name_of(path), count)
        for path in modules("smartapp", "tests", "scripts")
        if (count := len(path.read_text().splitlines())) > 300
    ]
    assert long == []


def test_no_template_reaches_80_lines() -> None:
    long = [
        (name_of(path), count)
        for path in files("templates", "smartapp", suffix=".html")
        if (count := len(path.read_text().splitlines())) >= 80
    ]
    assert long == []


def test_every_module_opens_with_one_line_that_says_what_it_is_for() -> None:
    def is_said(path: Path) -> bool:
        first, *rest = (ast.get_docstring(ast.parse(path.read_text())) or "").splitlines() or [""]
        return first.endswith((".", "?", "!")) and (not rest or rest[0] == "")

    assert [name_of(path) for path in modules("smartapp", "scripts") if not is_said(path)] == []


def test_no_module_is_named_after_nothing() -> None:
    assert [name_of(path) for path in modules("smartapp") if path.stem in NAMELESS] == []


def test_views_leave_the_database_to_the_models() -> None:
    found = [
        name_of(path)
        for path in modules("smartapp")
        if (path.stem == "views" or path.parent.name == "views") and ".objects" in path.read_text()
    ]
    assert found == []


def test_no_import_hides_in_a_function() -> None:
    found = [
        f"{name_of(path)}:{node.name}"
        for path in modules("smartapp")
        for node in functions(path)
        # Django's own place for what may be imported only when all models are there.
        if node.name != "ready"
        and any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))
    ]
    assert found == []


def test_no_test_sleeps() -> None:
    sleeps = re.compile(r"\bsleep\((?!0\))")
    found = [name_of(path) for path in modules("tests") if sleeps.search(path.read_text())]
    assert found == []


def test_no_policy_allows_inline_code() -> None:
    found = [
        name_of(path)
        for path in files("smartapp", "templates", "static")
        if path.suffix in TEXTS and re.search(r"unsafe-(?:inline|eval)", path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"\sstyle\s*=",
        r"<style\b",
        r"<script\b(?![^>]*\ssrc=)",
        r"\son[a-z]+\s*=",
        r"\shx-on",
        r"javascript:",
        r"(?:src|srcset|action|hx-get|hx-post)=[\"']https?:",
        r"<link\b[^>]*href=[\"']https?:",
    ],
)
def test_no_template_has_inline_code_or_loads_from_elsewhere(pattern: str) -> None:
    found = [
        name_of(path)
        for path in files("templates", "smartapp", suffix=".html")
        if re.search(pattern, path.read_text())
    ]
    assert found == []


def test_the_migrations_of_each_app_are_one_line() -> None:
    graph = MigrationLoader(None).graph
    for config in apps.get_app_configs():
        if config.name.startswith("smartapp."):
            mine = [node for node in graph.nodes if node[0] == config.label]
            first = [node for node in mine if not graph.node_map[node].parents & set(mine)]
            assert len(graph.leaf_nodes(config.label)) == len(first) == min(1, len(mine))
