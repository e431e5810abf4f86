"""A shopping cart."""

from dataclasses import dataclass, field

from pricing import price_of


@dataclass
class Cart:
    """What a customer wants to buy."""

    items: dict[str, int] = field(default_factory=dict)

    def add(self, product: str, count: int = 1) -> None:
        """Put `count` pieces of a product into the cart."""
        self.items[product] = self.items.get(product, 0) + count

    def total(self) -> float:
        """The price of everything in the cart."""
        total = 0
        for product, count in self.items.items():
            total += price_of(product) * count
        return total


if __name__ == "__main__":
    cart = Cart()
    cart.add("tea", 2)
    cart.add("cup")
    print(f"{cart.total():.2f}")
