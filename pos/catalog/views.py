"""Pages of this feature."""

from flask import Blueprint

blueprint = Blueprint("catalog", __name__, url_prefix="/products")
