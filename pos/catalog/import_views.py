"""Pages of this feature."""

from flask import Blueprint

blueprint = Blueprint("imports", __name__, url_prefix="/products/import")
