"""What the shop's own commands share (DESIGN.md 8)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from pos.core.errors import PosError


def says_why(command: Callable[..., Any]) -> Callable[..., Any]:
    """A refusal becomes a sentence on standard error and exit code 1."""

    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except PosError as error:
            click.echo(error.message, err=True)
            sys.exit(1)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    return run
