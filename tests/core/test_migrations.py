"""The schema goes up to the newest and all the way back, one revision after the other, on both engines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import flask_migrate
import pytest

from pos import create_app
from pos.config import from_environment
from pos.core.db import db
from tests.engines import ENGINES, drop_database, fresh_database

ROOT = Path(__file__).resolve().parents[2]
REVISIONS = sorted(file.name.split("_")[0] for file in (ROOT / "migrations" / "versions").glob("*.py"))


# SQLAlchemy cannot read an index on an expression back from SQLite, and says so.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
@pytest.mark.parametrize("engine_name", ENGINES)
def test_every_revision_goes_up_and_down_and_the_models_agree(engine_name: str, tmp_path: Path) -> None:
    url = fresh_database(engine_name, template=False)
    app = create_app(replace(from_environment(root=ROOT), database_url=url, instance=tmp_path))
    ways = [(flask_migrate.upgrade, step) for step in REVISIONS]
    ways += [(flask_migrate.downgrade, step) for step in [*REVISIONS[-2::-1], "base"]]
    for go, step in [*ways, (flask_migrate.upgrade, "head")]:
        with app.app_context():
            go(revision=step)
    with app.app_context():
        flask_migrate.check()
        db.session.remove()
        db.engine.dispose()
    drop_database(url)
