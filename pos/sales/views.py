"""Pages of this feature."""

from flask import Blueprint

blueprint = Blueprint("sales", __name__, url_prefix="/sales")
