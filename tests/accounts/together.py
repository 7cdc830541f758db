"""Two people doing something at the very same moment."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

from flask import Flask

from pos.core.db import db
from pos.core.errors import PosError


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[str]:
    """Do all of it at once, each in a thread and a context of its own; gives `done` or the refusal's code for each."""
    start = Barrier(len(deeds))
    outcomes = ["" for _deed in deeds]

    def run(number: int, deed: Callable[[], object]) -> None:
        with app.app_context():
            start.wait(10)
            try:
                deed()
                outcomes[number] = "done"
            except PosError as error:
                outcomes[number] = error.code
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes
