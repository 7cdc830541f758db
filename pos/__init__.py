"""Local POS Pro: the till, the khata and the stock book of a kirana store."""

from __future__ import annotations

import logging
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask, g, has_request_context
from flask_babel import Babel, get_locale
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from markupsafe import escape
from sqlalchemy.exc import DBAPIError

from pos import addresses, cli, glossary
from pos.accounts import setup
from pos.accounts.api import read_token
from pos.accounts.doorkeeper import install as install_doorkeeper
from pos.accounts.language_views import blueprint as accounts
from pos.accounts.pin_api import blueprint as auth_api
from pos.accounts.pin_api import people as people_api
from pos.backups.commands import folder_of
from pos.backups.newest import newest
from pos.backups.reopening import Reopening
from pos.backups.views import blueprint as backups
from pos.catalog.api import blueprint as products_api
from pos.catalog.goods_views import blueprint as goods_in
from pos.catalog.import_views import blueprint as imports
from pos.catalog.price_views import blueprint as prices
from pos.catalog.starter_views import blueprint as starter
from pos.catalog.views import blueprint as catalog
from pos.codes import CODES
from pos.config import Config, from_environment
from pos.core import bundles, cookies, last_resort, packing, refusals, request_log, shown, templates, web
from pos.core.api import door
from pos.core.api.document import Glossary
from pos.core.db import db
from pos.core.engine import engine_options, prepare
from pos.core.health import blueprint as health
from pos.core.language import COOKIE, LANGUAGES
from pos.customers.api import blueprint as customers_api
from pos.customers.import_views import blueprint as customer_imports
from pos.customers.ledger_api import blueprint as khata_api
from pos.customers.promises_api import blueprint as promises_api
from pos.customers.views import blueprint as customers
from pos.manual.views import blueprint as manual
from pos.manual.views import help_address
from pos.reports.analytics_views import blueprint as analytics
from pos.reports.api import blueprint as reports_api
from pos.reports.audit_api import blueprint as audit_api
from pos.reports.audit_views import blueprint as audit_log
from pos.reports.first_steps_views import blueprint as first_steps
from pos.reports.tables_api import blueprint as tables_api
from pos.reports.views import blueprint as reports
from pos.sales.api import blueprint as sales_api
from pos.sales.drawer_api import blueprint as drawer_api
from pos.sales.drawer_views import blueprint as drawer
from pos.sales.purchase_views import blueprint as purchases
from pos.sales.receipt import Samples
from pos.sales.views import blueprint as sales
from pos.settings import logo, store
from pos.settings.api import blueprint as settings_api
from pos.settings.clock_views import blueprint as settings
from pos.till.display_views import blueprint as customer_display
from pos.till.views import blueprint as till

ROOT = Path(__file__).resolve().parent.parent
LARGEST_REQUEST_BYTES = 1024 * 1024


API = (
    auth_api,
    people_api,
    products_api,
    customers_api,
    khata_api,
    promises_api,
    sales_api,
    drawer_api,
    settings_api,
    reports_api,
    tables_api,
    audit_api,
)


def _models() -> None:
    """Make every table known before the first query, whichever door comes first."""
    for feature in ("settings", "accounts", "catalog", "customers", "sales", "till", "reports"):
        import_module(f"pos.{feature}.models")
    import_module("pos.sales.returns_and_drawer")
    import_module("pos.core.audit")
    import_module("pos.core.idempotency")


def create_app(config: Config | None = None, **overrides: Any) -> Flask:
    """The shop as a WSGI application. Raises ConfigurationError when the environment makes no sense."""
    config = config or from_environment(root=ROOT)
    app = Flask(__name__, instance_path=str(config.instance))
    app.config.update(_flask_settings(config), **overrides)
    app.url_map.strict_slashes = False
    app.extensions["pos"] = {"config": config, "setup_code": None, "sample": Samples()}
    app.extensions["pos"]["newest_backup"] = lambda: newest(folder_of(app.extensions["pos"]["config"]))
    app.extensions["pos"]["reopening"] = Reopening()
    app.extensions["pos"]["shop_wide"] = lambda port: addresses.addresses_to_open(config.host, port)[1]
    _models()
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    request_log.install(app)
    web.measure_uploads(app)
    CSRFProtect(app)
    LoginManager(app)
    Babel(app, locale_selector=_language, timezone_selector=_timezone, default_translation_directories="translations")
    with app.app_context():
        prepare(db.engine)
    _install_doors(app)
    last_resort.install(app)
    return app


def _install_doors(app: Flask) -> None:
    web.measure_requests(app)
    packing.install(app)
    bundles.install(app)
    web.install_headers(app)
    refusals.install(app)
    shown.install(app)
    templates.install(app)
    install_doorkeeper(app)
    goods, people = (catalog, prices, imports, starter, goods_in), (customers, customer_imports, purchases)
    owner = (reports, analytics, audit_log, backups, first_steps)
    for blueprint in (
        health,
        accounts,
        settings,
        *goods,
        *people,
        sales,
        drawer,
        till,
        customer_display,
        *owner,
        manual,
    ):
        app.register_blueprint(blueprint)
    _install_api(app)
    cli.install(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"store": _store(), "languages": LANGUAGES, "spoken": str(get_locale())})
    app.jinja_env.globals.update(
        may=lambda right: web.actor().may(right),
        store_name=_StoreName(),
        endpoint_exists=lambda endpoint: endpoint in app.view_functions,
        static_address=web.static_address,
        store_logo=logo.as_uri,
        help_address=help_address,
    )


def _install_api(app: Flask) -> None:
    app.extensions["pos"]["token_reader"] = read_token
    words = Glossary(glossary.WORDS, glossary.PATHS, CODES, glossary.roles_with)
    api = door.install(app, words, app.extensions["pos"]["config"].cors_origin)
    for blueprint in API:
        # Programs send a bearer token and no cookie: there is nothing that another site could forge.
        app.extensions["csrf"].exempt(blueprint)
        api.register_blueprint(blueprint)


class _StoreName:
    """The store's name, looked up when a template shows it."""

    def __html__(self) -> str:
        return escape(str(self))

    def __str__(self) -> str:
        return _store().store_name


def _flask_settings(config: Config) -> dict[str, Any]:
    return {
        "SECRET_KEY": config.secret_key,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(config.database_url),
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST_BYTES,
        "MAX_FORM_MEMORY_SIZE": LARGEST_REQUEST_BYTES,
        # The prefix keeps other servers of the same domain from setting it; browsers want https for that.
        "SESSION_COOKIE_NAME": "__Host-pos" if config.secure_cookies else "pos",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.secure_cookies,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        # Two answers on their way at once would otherwise overwrite each other's cookie, and a message be lost.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "en",
        "JSON_SORT_KEYS": False,
    }


def _language() -> str:
    try:
        return (_chosen_language() if has_request_context() else None) or _store().language
    except DBAPIError:
        # Even the sentence that says so needs a language.
        web.expect_no_database()
        return store.BEFORE_SET_UP.language


def _chosen_language() -> str | None:
    """The person's own choice; else the browser's, in which nobody may be signed in yet."""
    chosen = cookies.kept_in_browser(COOKIE)
    return web.actor().language or (chosen if chosen in LANGUAGES else None)


def _timezone() -> str:
    return _store().timezone


def _store() -> store.Store:
    """The store's terms, looked up once in a request."""
    if not has_request_context():
        return store.current()
    if "store" not in g:
        g.store = store.BEFORE_SET_UP if web.database_is_down() else store.current()
    return g.store


def setup_code(app: Flask) -> str | None:
    """The one-time code of a shop that nobody owns yet, else None."""
    with app.app_context():
        return setup.code(app.extensions["pos"]["config"].instance) if setup.is_open() else None


def store_timezone(app: Flask) -> str | None:
    """The store's time zone, or None while no store has been set up."""
    with app.app_context():
        return store.current().timezone if store.exists() else None


logging.getLogger("pos").setLevel(logging.INFO)
