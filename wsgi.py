"""The shop as a WSGI application: `python wsgi.py` serves it, `flask --app wsgi NAME` runs its commands."""

from __future__ import annotations

import gc
import os
import sys

# All that is read at the start stays. Looking through it for what nobody needs takes a sixth of the start and, each
# time it is done again later, a tenth of a second out of somebody's click.
gc.disable()

from pos import create_app, setup_code, store_timezone  # noqa: E402
from pos.core import logs  # noqa: E402
from pos.core.errors import ConfigurationError  # noqa: E402

# What the shop writes, customers and all, is for the eyes of the person who runs it.
os.umask(0o077)

try:
    app = create_app()
except ConfigurationError as error:
    sys.exit(str(error))
gc.freeze()
gc.enable()


def main() -> None:
    """Bring the database up to date, then serve until told to stop; a sentence and exit code 1 when that cannot be."""
    from pos.backups import daily, reopening, shutter
    from pos.backups.commands import folder_of, job_of
    from pos.core.memory import give_back_what_is_free
    from pos.core.printing.press import the_press
    from pos.schema import bring_up_to_date, soundly
    from pos.serving import listen, serve

    config, again = app.extensions["pos"]["config"], app.extensions["pos"]["reopening"]
    again.close = reopening.end_this_server
    give_back_what_is_free()
    try:
        door = listen(app, config)
        logs.write_to(config.instance)
        with shutter.up(config.database_url):
            looked_through = bring_up_to_date(app)
            the_press.warm()
            with (
                soundly(app, looked_through, reopening.end_this_server),
                daily.made_daily(job_of(config), config.backup_at, lambda: store_timezone(app)),
            ):
                serve(door, setup_code(app))
    except ConfigurationError as error:
        sys.exit(str(error))
    if again.order:
        with app.app_context():
            done = reopening.carry_out(again.order, folder_of(config), config.instance)
        print(done.problem or f"{done.name} is restored.", flush=True)
        os.environ["PORT"] = str(door.port)
        # The same program anew, on the restored database: nothing of the old shop is left in memory.
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606


if __name__ == "__main__":
    main()
