"""Pages of this feature."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
