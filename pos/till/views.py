"""Pages of this feature."""

from flask import Blueprint

blueprint = Blueprint("till", __name__, url_prefix="/till")
