"""The columns that lists of customers have, and what people and their programs call them, English and Hindi."""

from __future__ import annotations

from pos.core.importing.headers import Headers
from pos.core.language import lazy_gettext as _l

# Field -> what it is called in a page; the order in which they are offered.
FIELDS: dict[str, str] = {
    "name": _l("Name"),
    "phone": _l("Phone"),
    "credit_balance": _l("Owes already"),
    "credit_limit": _l("Credit limit"),
    "email": _l("Email"),
    "address": _l("Address"),
    "language": _l("Language"),
    "status": _l("Status"),
}
# Field -> names in order of trust.
NAMES: dict[str, str] = {
    "name": """
        customer name, customer, party name, party, full name, contact name, account name, ledger name, particulars,
        first name, naam, grahak, नाम, ग्राहक, ग्राहक का नाम, पार्टी
    """,
    "phone": """
        phone number, phone no, mobile, mobile number, mobile no, contact number, contact no, contact, whatsapp,
        whatsapp number, telephone, tel, cell, number, फोन, फ़ोन, मोबाइल, मोबाइल नंबर, मोबाइल नम्बर
    """,
    "credit_balance": """
        opening balance, balance, outstanding, outstanding balance, outstanding amount, due, dues, due amount,
        amount due, balance due, owes, owes already, udhaar, udhar, khata, baki, baaki, pending, pending amount,
        receivable, closing balance, amount, you will get, उधार, बाकी, बकाया, शेष
    """,
    "credit_limit": """
        limit, max credit, maximum credit, udhaar limit, udhar limit, सीमा, उधार सीमा
    """,
    "email": """
        e mail, email address, mail, ईमेल
    """,
    "address": """
        full address, street, billing address, city, area, pata, पता
    """,
    "language": """
        lang, bhasha, भाषा
    """,
    "status": """
        customer status
    """,
}
HEADERS = Headers(NAMES)
