"""The blueprint of a cloud platform: the image is the shop's own, and the shop opens with the settings it is given."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from pos import create_app
from pos.config import from_environment
from pos.schema import bring_up_to_date
from tests.engines import drop_database, fresh_database

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
# The platform's own words for what it makes up: 256 bits, in base64.
MADE_UP = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def blueprint() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "render.yaml").read_text())
    return found


def steps(name: str) -> list[str]:
    return [line for line in (DEPLOY / name).read_text().splitlines() if line and not line.startswith("#")]


def test_the_image_is_the_shops_own_but_for_how_it_begins() -> None:
    ours, theirs = steps("Dockerfile"), steps("render.Dockerfile")
    begins = ["COPY deploy/as-pos /usr/local/bin/as-pos", 'ENTRYPOINT ["as-pos"]']
    assert [line for line in theirs if line not in begins] == [line for line in ours if line != "USER pos"]
    assert [line for line in theirs if line in begins] == begins


@pytest.mark.parametrize("name", ["Dockerfile", "render.Dockerfile"])
def test_what_an_image_is_made_of_is_sent_to_who_builds_it(name: str) -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [line.split()[1:-1] for line in steps(name) if line.startswith("COPY") and "--from" not in line]
    for source in (one for sources in copied for one in sources):
        assert source in sent, source
        assert (ROOT / source).exists(), source


def test_the_blueprint_names_files_and_a_database_that_there_are(blueprint: dict[str, Any]) -> None:
    (service,), (books,) = blueprint["services"], blueprint["databases"]
    assert (ROOT / service["dockerfilePath"]).is_file()
    assert f"POS_INSTANCE={service['disk']['mountPath']}" in (DEPLOY / "render.Dockerfile").read_text()
    assert {one["fromDatabase"]["name"] for one in service["envVars"] if "fromDatabase" in one} == {books["name"]}
    assert service["region"] == books["region"]


def test_the_shop_opens_with_the_settings_of_the_blueprint(blueprint: dict[str, Any], tmp_path: Path) -> None:
    (service,) = blueprint["services"]
    url = fresh_database("postgresql")
    try:
        told = {"POS_INSTANCE": str(tmp_path)}
        for one in service["envVars"]:
            told[one["key"]] = one.get("value") or (url if "fromDatabase" in one else MADE_UP)
        config = from_environment(told, root=ROOT)
        app = create_app(config)
        assert bring_up_to_date(app)
        answer = app.test_client().get(service["healthCheckPath"])
        assert (answer.status_code, config.port, config.secure_cookies) == (200, 8080, True)
    finally:
        drop_database(url)


def test_the_disk_is_handed_over_before_the_program_starts_as_nobody_in_particular(tmp_path: Path) -> None:
    for name in ("chown", "setpriv"):
        stand_in = tmp_path / name
        stand_in.write_text(f'#!/bin/sh\necho {name} "$@" HOME=$HOME\n')
        stand_in.chmod(0o755)
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "POS_INSTANCE": "/shop/instance", "HOME": "/root"}
    command = [str(DEPLOY / "as-pos"), "python", "wsgi.py"]
    said = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[0].startswith("chown pos:pos /shop/instance")
    assert said[1].startswith("setpriv --reuid=pos --regid=pos --init-groups --no-new-privs")
    assert "--bounding-set=-all" in said[1]
    assert said[1].endswith("-- python wsgi.py HOME=/shop")
