"""The names that columns have in the files of shops, wholesalers and their programs, English and Hindi."""

from __future__ import annotations

# Field -> names in order of trust. A file's "description" is a product's name only when nothing else is.
NAMES: dict[str, str] = {
    "name": """
        item name, product name, product, item, article name, article, goods, particulars, particular,
        product title, title, item description, product description, material, samaan, saman, naam, maal,
        नाम, सामान, वस्तु, माल, उत्पाद, description, details
    """,
    "price": """
        selling price, sale price, sales price, product offer price, offer price, our price, shop price,
        selling rate, sale rate, sales rate, retail price, retail rate, unit price, price per unit, price,
        rate, product price, item price, discounted price, sp, s price, s rate, selling, dam, daam, bhav,
        bhaav, keemat, kimat, दाम, भाव, मूल्य, कीमत, दर, विक्रय मूल्य, बिक्री मूल्य
    """,
    "mrp": """
        product mrp, market price, maximum retail price, max retail price, item mrp, m r p, printed
        price, list price, एमआरपी, अधिकतम मूल्य
    """,
    "cost_price": """
        cost, purchase price, purchase rate, purchase cost, buying price, buying rate, buy
        price, landing cost, landing price, landed cost, last purchase price, pur price, pur rate, p price,
        p rate, ptr, dealer price, net rate, kharid, khareed, kharid mulya, खरीद, खरीद मूल्य, लागत
    """,
    "barcode": """
        bar code, ean, ean code, ean13, ean 13, ean no, upc, upc code, gtin, barcode no, bar code
        no, barcode number, product barcode, item barcode, बारकोड
    """,
    "code": """
        p code, pcode, product code, item code, sku, sku code, plu, plu code, plu no, short code,
        article code, article no, item no, item number, alias, कोड
    """,
    "stock_quantity": """
        stock, stock qty, opening stock, opening quantity, opening qty, opening balance,
        closing stock, closing quantity, closing qty, closing balance, current stock, available stock,
        available qty, available quantity, stock in hand, stock on hand, on hand, in stock, inventory, qty,
        quantity, balance qty, bal qty, balance, qoh, maatra, matra, स्टॉक, मात्रा, बकाया माल
    """,
    "min_stock_level": """
        min stock, minimum stock, minimum stock level, reorder level, reorder point, min
        qty, minimum qty, minimum quantity, alert qty, alert quantity, low stock, low stock level, low stock
        alert
    """,
    "unit": """
        uom, units, unit of measure, unit of measurement, measure, unit name, stock unit, base unit,
        sold by, ikai, इकाई
    """,
    "pack_size": """
        packsize, package size, packing, pack, size, net weight, net wt, net qty, net quantity,
        weight, wt, volume, grammage, pack qty, पैक
    """,
    "category": """
        category name, product category, item category, item group, product group, stock group,
        group, department, group name, varg, shreni, श्रेणी, वर्ग
    """,
    "brand": """
        brand name, company, company name, manufacturer, make, mfr, mfg, mfg by, ब्रांड, ब्राण्ड,
        कंपनी, कम्पनी
    """,
    "hsn_code": """
        hsn, hsn sac, hsn sac code, hsn no, hsn number, hsn code no, एचएसएन
    """,
    "tax_rate": """
        gst, gst rate, tax, gst percent, gst percentage, tax percent, tax percentage, gst tax, gst
        slab, igst, igst rate, total gst, vat, कर, जीएसटी
    """,
    "expiry_date": """
        expiry, exp date, exp, expires, expires on, exp dt, expiration date, best before, use
        by, expirydate, समाप्ति तिथि
    """,
    "description": """
        details, product details, long description, remarks, विवरण
    """,
    "status": """
        product status
    """,
}
