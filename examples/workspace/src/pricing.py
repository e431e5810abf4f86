"""What things cost."""

PRICES = {"tea": 3.5, "cup": 7.0}


def price_of(product: str) -> float:
    """The price of one piece."""
    return PRICES[product]
