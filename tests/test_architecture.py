"""What the import contracts cannot say: who may touch the request, who may commit, how files are called."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Blueprint

from microcred import FEATURES
from microcred.web import get

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "microcred"
HOMELESS = {"utils", "util", "helpers", "helper", "services", "managers", "repositories", "common", "misc"}
REQUEST = {"request", "session", "current_user", "g", "flash"}
DOMAIN = ("models.py", "queries.py", "actions.py", "forms.py")
MAY_COMMIT = {"web.py", "cli.py", "db.py"}
LONGEST_FILE = 300
LONGEST_FUNCTION = 40

Finding = tuple[str, int]


def modules() -> list[Path]:
    """Every Python file of the application."""
    return sorted(PACKAGE.rglob("*.py"))


def imported_names(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """(module, name, line) of every name that is imported from somewhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for name in node.names:
                yield node.module or "", name.name, node.lineno


def touches_the_request(tree: ast.AST) -> list[int]:
    """Lines on which a module takes the request, the session or the current user."""
    ambient = {("microcred.web", "me")} | {(module, name) for module in ("flask", "flask_login") for name in REQUEST}
    return [line for module, name, line in imported_names(tree) if (module, name) in ambient]


def commits(tree: ast.AST) -> list[int]:
    """Lines on which a module commits, or opens a transaction that does."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        call.lineno
        for call in calls
        if (isinstance(call.func, ast.Attribute) and call.func.attr == "commit")
        or (isinstance(call.func, ast.Name) and call.func.id == "writing")
    ]


def registers_routes(tree: ast.AST) -> list[int]:
    """Lines on which a route is registered past `web.get` and `web.post`."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("route", "add_url_rule")
    ]


def reads_the_clock(tree: ast.AST) -> list[int]:
    """Lines on which a module asks another clock than `utcnow()`."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("now", "utcnow", "today")
        and isinstance(node.value, ast.Name)
        and node.value.id in ("datetime", "date")
    ]


def found(look: Callable[[ast.AST], list[int]], paths: list[Path]) -> list[str]:
    """Where the look finds something, as `file:line`."""
    return [f"{path.relative_to(ROOT)}:{line}" for path in paths for line in look(ast.parse(path.read_text("utf-8")))]


def test_models_queries_actions_and_forms_know_no_request() -> None:
    assert found(touches_the_request, [path for path in modules() if path.name in DOMAIN]) == []


def test_only_web_and_the_command_line_commit() -> None:
    inside = [path for path in modules() if path.name not in MAY_COMMIT and "demo" not in path.parts]
    assert found(commits, inside) == []


def test_routes_are_registered_by_web_alone() -> None:
    assert found(registers_routes, [path for path in modules() if path.name != "web.py"]) == []


def test_there_is_one_clock() -> None:
    assert found(reads_the_clock, [path for path in modules() if path.name != "db.py"]) == []


@pytest.mark.parametrize(
    ("look", "planted"),
    [
        (touches_the_request, "from flask import request"),
        (touches_the_request, "from flask_login import current_user"),
        (touches_the_request, "from microcred.web import me"),
        (commits, "db.session.commit()"),
        (commits, "with writing():\n    pass"),
        (registers_routes, "@polls.route('/polls')\ndef index(): ..."),
        (reads_the_clock, "datetime.now(UTC)"),
    ],
)
def test_a_planted_violation_is_found(look: Callable[[ast.AST], list[int]], planted: str) -> None:
    assert len(look(ast.parse(planted))) == 1


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [path.name for path in modules() if path.stem in HOMELESS] == []


def test_every_module_and_feature_says_what_it_is() -> None:
    silent = [path.name for path in modules() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []
    assert {path.parent.name for path in PACKAGE.glob("*/views.py")} == set(FEATURES)


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    def long_functions(tree: ast.AST) -> list[int]:
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        return [f.lineno for f in functions if (f.end_lineno or f.lineno) - f.lineno + 1 > LONGEST_FUNCTION]

    assert found(long_functions, modules()) == []


def test_a_fragment_extends_nothing_and_says_what_it_needs() -> None:
    shared = {path.name for path in (ROOT / "templates").glob("_*.html")}
    fragments = [path for path in (ROOT / "templates").rglob("_*.html") if path.name not in shared]
    assert [path.name for path in fragments if "{% extends" in path.read_text("utf-8")] == []
    assert [path.name for path in fragments if not path.read_text("utf-8").startswith("{# Needs:")] == []


def test_a_route_without_a_permission_is_an_error_at_import() -> None:
    with pytest.raises(TypeError):
        get(Blueprint("planted", __name__), "/planted")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        get(Blueprint("planted", __name__), "/planted", may=None)  # type: ignore[arg-type]
