"""Ids in the order of their keys. One of ten thousand is found and moved without a walk through the others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

Key = tuple[Any, ...]


class Places(Mapping[str, int]):
    """The place of every id, 0 first. `order` has the ids in their order. No two keys are alike: each ends with its id."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self._keys: dict[str, Key] = {}
        self._sorted: list[Key] = []
        self._reverse = False

    def fill(self, keys: dict[str, Key], *, reverse: bool) -> bool:
        """Begin anew with these. True when the order differs."""
        before, self._keys, self._reverse = self.order, keys, reverse
        self._sorted = sorted(keys.values())
        self.order = [key[-1] for key in (reversed(self._sorted) if reverse else self._sorted)]
        return self.order != before

    def put(self, identity: str, key: Key | None) -> bool:
        """Give an id this key, with None let it go. True when it moved, came or went."""
        if key == self._keys.get(identity):
            return False
        return self._take_out(identity) != (None if key is None else self._put_in(identity, key))

    def _take_out(self, identity: str) -> int | None:
        if identity not in self._keys:
            return None
        low = bisect_left(self._sorted, self._keys.pop(identity))
        at = self._at(low)
        del self._sorted[low], self.order[at]
        return at

    def _put_in(self, identity: str, key: Key) -> int:
        low = bisect_left(self._sorted, key)
        self._sorted.insert(low, key)
        at = self._at(low)
        self.order.insert(at, identity)
        self._keys[identity] = key
        return at

    def _at(self, low: int) -> int:
        return len(self._sorted) - 1 - low if self._reverse else low

    def __getitem__(self, identity: str) -> int:
        """Its place. Raises KeyError for an id that is not there."""
        return self._at(bisect_left(self._sorted, self._keys[identity]))

    def __contains__(self, identity: object) -> bool:
        """Whether it has a place."""
        return identity in self._keys

    def __iter__(self) -> Iterator[str]:
        """The ids in their order."""
        return iter(self.order)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.order)
