"""Every regular expression of the package, collected: those of modules, and those of calls.

Run as a program it prints them as JSON, having imported every module with `re.compile`
recording. That wants a process in which none of them has been imported yet.
"""

import ast
import importlib
import json
import pkgutil
import re
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "storydiff"
CALLS = ("compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer")


def compiled_on_import() -> list[tuple[str, str, int]]:
    """Module, pattern and flags of every call of `re.compile` that importing makes."""
    found = []
    compile_ = re.compile

    def recording(pattern, flags=0):
        module = sys._getframe(1).f_globals.get("__name__", "")
        if module.startswith("storydiff"):
            text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
            found.append((module, text, int(flags)))
        return compile_(pattern, flags)

    re.compile = recording
    storydiff = importlib.import_module("storydiff")
    for module in pkgutil.walk_packages(storydiff.__path__, "storydiff."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return found


def written_in_functions() -> list[tuple[str, str | None, int]]:
    """Place, pattern and flags of each call inside a function; None for a pattern put together."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.Lambda)]
        calls = {n for function in functions for n in ast.walk(function) if is_call(n)}
        for call in calls:
            first = call.args[0]
            text = first.value if isinstance(first, ast.Constant) else None
            found.append((f"{path.name}:{call.lineno}", text, 0))
    return found


def is_call(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in CALLS
    )


if __name__ == "__main__":
    json.dump(compiled_on_import(), sys.stdout)
