"""The cashier's screen: carts that are not yet bills."""
