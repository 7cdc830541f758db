"""Pages of this feature."""

from flask import Blueprint

blueprint = Blueprint("customers", __name__, url_prefix="/customers")
