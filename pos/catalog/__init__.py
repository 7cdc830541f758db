"""Products, their prices, their stock and its movements."""
