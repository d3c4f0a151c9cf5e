"""The books of giveaways as one would keep them by hand: what every verb does to pieces and money."""

from collections import defaultdict
from dataclasses import dataclass, field

Kind = int
Place = int


@dataclass
class Layer:
    """Pieces of one delivery."""

    price: int
    brought: int
    left: int


@dataclass
class Books:
    """Pieces by kind and place, and the layers of each kind, the oldest first."""

    pieces: dict[tuple[Kind, Place], int] = field(default_factory=lambda: defaultdict(int))
    layers: dict[Kind, list[Layer]] = field(default_factory=lambda: defaultdict(list))
    spent: int = 0

    @property
    def value(self) -> int:
        """What everything that is left cost."""
        return sum(layer.left * layer.price for layers in self.layers.values() for layer in layers)

    def total(self, kind: Kind) -> int:
        """How many of a kind are left, everywhere."""
        return sum(count for (which, _place), count in self.pieces.items() if which == kind)

    def bring_in(self, kind: Kind, place: Place, count: int, price: int) -> Layer:
        """Pieces come in at a price."""
        layer = Layer(price, count, count)
        self.layers[kind].append(layer)
        self.pieces[kind, place] += count
        return layer

    def take_out(self, kind: Kind, place: Place, count: int) -> list[Layer] | None:
        """Pieces go, the oldest first; the layer of each piece, or None where there are fewer."""
        if self.pieces[kind, place] < count:
            return None
        self.pieces[kind, place] -= count
        return [self._oldest(kind) for _each in range(count)]

    def _oldest(self, kind: Kind) -> Layer:
        layer = next(layer for layer in self.layers[kind] if layer.left)
        layer.left -= 1
        return layer

    def put_back(self, kind: Kind, place: Place, layers: list[Layer]) -> None:
        """Pieces return to the layers that they were taken from."""
        for layer in layers:
            layer.left += 1
        self.pieces[kind, place] += len(layers)

    def carry(self, kind: Kind, source: Place, target: Place, count: int) -> bool:
        """Pieces go to another place, where there are enough."""
        if source == target or self.pieces[kind, source] < count:
            return False
        self.pieces[kind, source] -= count
        self.pieces[kind, target] += count
        return True

    def send_back(self, kind: Kind, place: Place, layer: Layer) -> bool:
        """A delivery of which nothing has gone is taken back, where its pieces still lie in its place."""
        if layer.left < layer.brought or self.pieces[kind, place] < layer.brought:
            return False
        self.pieces[kind, place] -= layer.brought
        layer.left = 0
        return True

    def count(self, kind: Kind, place: Place, shown: int, counted: int, price: int) -> bool:
        """What was counted differs from what the sheet showed: more at a price, or fewer."""
        now = self.pieces[kind, place]
        if min(shown, now) <= counted <= max(shown, now):
            return True
        if now + counted - shown < 0:
            return False
        if counted > shown:
            self.bring_in(kind, place, counted - shown, price)
        else:
            self.take_out(kind, place, shown - counted)
        return True
