import weakref

from emulator.core.lazy_model import LazyModel


class Listing(LazyModel):
    names: list[str]


class Delivery:
    """Stands for what a handler has at hand when it makes the first answer of its kind."""


def test_the_first_use_keeps_nothing_of_whoever_makes_it() -> None:
    def answer() -> tuple[Listing, "weakref.ref[Delivery]"]:
        deliveries = [Delivery()]
        return Listing(names=["a.pdf"]), weakref.ref(deliveries[0])

    listing, delivery = answer()

    assert listing.model_dump() == {"names": ["a.pdf"]}
    assert delivery() is None
