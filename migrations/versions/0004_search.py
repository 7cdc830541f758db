"""an index to search the goods by, and the words that they are called by

Revision: 0004
Follows: 0003
Made: 2026-11-23 12:40:00.000000
"""

from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

# What follows fills itself from products, by triggers: no verb, import or restore can forget it. Two spaces stand before
# the key, so that what it begins with has letters of its own.
SQLITE = (
    "CREATE TABLE product_search (row INTEGER PRIMARY KEY, product_id CHAR(32) NOT NULL UNIQUE, key TEXT NOT NULL)",
    "CREATE VIRTUAL TABLE product_search_grams USING fts5(key, content='product_search', content_rowid='row',"
    " detail='none', columnsize=0, tokenize='trigram case_sensitive 1')",
    """CREATE TRIGGER product_search_added AFTER INSERT ON product_search BEGIN
        INSERT INTO product_search_grams (rowid, key) VALUES (new.row, new.key);
    END""",
    """CREATE TRIGGER product_search_removed AFTER DELETE ON product_search BEGIN
        INSERT INTO product_search_grams (product_search_grams, rowid, key) VALUES ('delete', old.row, old.key);
    END""",
    """CREATE TRIGGER products_searched AFTER INSERT ON products BEGIN
        INSERT INTO product_search (product_id, key) VALUES (new.id, '  ' || new.search_key);
        {words};
    END""",
    """CREATE TRIGGER products_renamed AFTER UPDATE OF search_key ON products WHEN old.search_key <> new.search_key BEGIN
        DELETE FROM product_search WHERE product_id = new.id;
        INSERT INTO product_search (product_id, key) VALUES (new.id, '  ' || new.search_key);
        {words};
    END""",
    """CREATE TRIGGER products_forgotten AFTER DELETE ON products BEGIN
        DELETE FROM product_search WHERE product_id = old.id;
    END""",
    "INSERT INTO product_search (product_id, key) SELECT id, '  ' || search_key FROM products",
)
# A key as a list in JSON: its words are parted by single spaces, which no escape of JSON holds.
SQLITE_WORDS = (
    "INSERT OR IGNORE INTO search_words (word)"
    " SELECT word.value FROM {rows}json_each('[' || replace(json_quote({key}), ' ', '\",\"') || ']') AS word"
    " WHERE length(word.value) BETWEEN 3 AND 30 AND word.value NOT GLOB '*[0-9]*'"
)
POSTGRESQL = (
    'CREATE TABLE product_search (product_id UUID PRIMARY KEY, key TEXT NOT NULL, grams TEXT[] COLLATE "C" NOT NULL)',
    "CREATE INDEX product_search_grams ON product_search USING gin (grams)",
    """CREATE FUNCTION search_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO product_search SELECT id, '  ' || search_key, {grams} FROM added;
        {words};
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION search_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM product_search WHERE product_id = OLD.id;
        IF TG_OP = 'UPDATE' THEN
            INSERT INTO product_search SELECT NEW.id, '  ' || search_key, {grams} FROM (SELECT NEW.search_key) AS one;
            {new_words};
        END IF;
        RETURN NULL;
    END $$""",
    "CREATE TRIGGER products_searched AFTER INSERT ON products REFERENCING NEW TABLE AS added"
    " FOR EACH STATEMENT EXECUTE FUNCTION search_added()",
    "CREATE TRIGGER products_renamed AFTER UPDATE OF search_key ON products FOR EACH ROW"
    " WHEN (OLD.search_key <> NEW.search_key) EXECUTE FUNCTION search_changed()",
    "CREATE TRIGGER products_forgotten AFTER DELETE ON products FOR EACH ROW EXECUTE FUNCTION search_changed()",
    "INSERT INTO product_search SELECT id, '  ' || search_key, {grams} FROM products",
)
POSTGRESQL_GRAMS = (
    "ARRAY(SELECT substr('  ' || search_key, place, 3) FROM generate_series(1, length(search_key)) AS place)"
)
# In the order of the words, so that two who bring the same new ones never wait for each other.
POSTGRESQL_WORDS = (
    "INSERT INTO search_words SELECT DISTINCT word FROM {rows}, unnest(string_to_array(search_key, ' ')) AS word"
    " WHERE length(word) BETWEEN 3 AND 30 AND word !~ '[0-9]' ORDER BY word ON CONFLICT DO NOTHING"
)


def upgrade():
    # The order in which search and the till's tiles show goods, with all that a search reads of them.
    if op.get_bind().dialect.name == "postgresql":
        op.execute('CREATE TABLE search_words (word TEXT COLLATE "C" PRIMARY KEY)')
        op.execute('CREATE INDEX product_search_key ON products (search_key COLLATE "C", id)')
        op.execute(
            'CREATE INDEX product_search_order ON products (status, times_sold DESC, search_key COLLATE "C", id)'
        )
        words, new = POSTGRESQL_WORDS, POSTGRESQL_WORDS.format(rows="(SELECT NEW.search_key) AS one")
        for statement in POSTGRESQL:
            op.execute(statement.format(grams=POSTGRESQL_GRAMS, words=words.format(rows="added"), new_words=new))
        op.execute(words.format(rows="products"))
    else:
        op.execute("CREATE TABLE search_words (word TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID")
        op.execute("CREATE INDEX product_search_key ON products (search_key, id)")
        op.execute("CREATE INDEX product_search_order ON products (status, times_sold DESC, search_key, id)")
        for statement in SQLITE:
            op.execute(statement.replace("{words}", SQLITE_WORDS.format(rows="", key="new.search_key")))
        op.execute(SQLITE_WORDS.format(rows="products, ", key="products.search_key"))
    op.drop_index("idx_products_best_sellers", "products")


def downgrade():
    op.create_index("idx_products_best_sellers", "products", ["status", "times_sold"])
    for name in ("products_searched", "products_renamed", "products_forgotten"):
        op.execute(f"DROP TRIGGER {name}" + (" ON products" if op.get_bind().dialect.name == "postgresql" else ""))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION search_added(), search_changed()")
    else:
        op.execute("DROP TABLE product_search_grams")
    op.drop_index("product_search_order", "products")
    op.drop_index("product_search_key", "products")
    op.drop_table("product_search")
    op.drop_table("search_words")
