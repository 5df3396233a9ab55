"""Scripts that complete commands, options and their values in bash, zsh and fish.

They are made from the parser, so that they know what it knows; nothing of
storydiff runs while a line is completed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Command:
    """One command: what it is for, and its options with their values."""

    name: str
    purpose: str
    options: tuple[tuple[tuple[str, ...], str, tuple[str, ...], bool], ...]
    values: tuple[str, ...]


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script for ``bash``, ``zsh`` or ``fish``."""
    commands = tuple(_commands(parser))
    if shell == "fish":
        return _fish(commands)
    prelude = "autoload -U +X bashcompinit && bashcompinit\n" if shell == "zsh" else ""
    return prelude + _bash(commands)


def _commands(parser: argparse.ArgumentParser) -> Iterator[_Command]:
    (group,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    purposes = {choice.dest: choice.help or "" for choice in group._choices_actions}
    for name, command in group.choices.items():
        actions = command._actions
        yield _Command(
            name=name,
            purpose=purposes[name],
            options=tuple(
                (
                    tuple(a.option_strings),
                    a.help or "",
                    tuple(map(str, a.choices or ())),
                    a.nargs != 0,
                )
                for a in actions
                if a.option_strings
            ),
            values=tuple(
                str(value) for a in actions if not a.option_strings for value in a.choices or ()
            ),
        )


def _bash(commands: tuple[_Command, ...]) -> str:
    cases = []
    for command in commands:
        flags = " ".join(flag for flags, *_ in command.options for flag in flags)
        valued = [
            f'{"|".join(flags)}) COMPREPLY=($(compgen -W "{" ".join(values)}" -- "$word"))\n'
            "          return;;"
            for flags, _, values, _ in command.options
            if values
        ]
        free = [
            f"{'|'.join(flags)}) compopt -o default 2>/dev/null; COMPREPLY=(); return;;"
            for flags, _, values, takes in command.options
            if takes and not values
        ]
        inner = "\n        ".join((*valued, *free))
        cases.append(
            f"    {command.name})\n"
            f'      case "$before" in\n        {inner}\n      esac\n'
            f'      words="{flags}"; values="{" ".join(command.values)}";;'
        )
    body = "\n".join(cases)
    names = " ".join(command.name for command in commands)
    return f"""\
_storydiff() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" words values
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{names} --help --version" -- "$word"))
    return
  fi
  case "${{COMP_WORDS[1]}}" in
{body}
    *) return;;
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word"));;
    *)
      if [ -n "$values" ]; then
        COMPREPLY=($(compgen -W "$values" -- "$word"))
      else
        compopt -o default 2>/dev/null
        COMPREPLY=()
      fi;;
  esac
}}
complete -F _storydiff storydiff
"""


def _fish(commands: tuple[_Command, ...]) -> str:
    lines = ["complete -c storydiff -n __fish_use_subcommand -f -l version -d 'show the version'"]
    for command in commands:
        lines.append(
            f"complete -c storydiff -n __fish_use_subcommand -f -a {command.name}"
            f" -d {_quoted(command.purpose)}"
        )
        within = f"complete -c storydiff -n '__fish_seen_subcommand_from {command.name}'"
        for flags, purpose, values, takes in command.options:
            names = " ".join(
                f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in flags
            )
            given = f" -x -a {_quoted(' '.join(values))}" if values else " -r" if takes else ""
            lines.append(f"{within} {names}{given} -d {_quoted(purpose)}")
        if command.values:
            lines.append(f"{within} -f -a {_quoted(' '.join(command.values))}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
