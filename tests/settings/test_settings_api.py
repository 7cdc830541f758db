"""The settings endpoints, from PLAN.md alone (section 3.7)."""

from __future__ import annotations

from tests.api import Program
from tests.shop import Shop


def test_the_owner_reads_and_changes_the_settings(shop: Shop) -> None:
    asha = Program(shop, "asha")
    assert asha.get("/settings").json["data"]["settings"]["storeName"] == "Asha Kirana"
    changed = asha.put("/settings", {"taxRate": 12.5, "upiId": "asha@okaxis", "roundToRupee": True})
    settings = changed.json["data"]["settings"]
    assert (float(settings["taxRate"]), settings["upiId"], settings["roundToRupee"]) == (12.5, "asha@okaxis", True)


def test_bad_settings_are_refused_with_their_field(shop: Shop) -> None:
    asha = Program(shop, "asha")
    assert asha.put("/settings", {"gstMode": "regular"}).json["details"][0]["field"] == "gstin"
    assert asha.put("/settings", {"roundToRupee": 1}).status_code == 400
    assert asha.put("/settings", {"colour": "red"}).json["details"][0]["field"] == "colour"


def test_nobody_else_reads_or_changes_them(shop: Shop) -> None:
    for who in ("ben", "devi"):
        program = Program(shop, who)
        assert (program.get("/settings").status_code, program.put("/settings", {"taxRate": 0}).status_code) == (
            403,
            403,
        )
