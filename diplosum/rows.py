"""Records of whole numbers held in arrays: 4 bytes a number, where an object of a class takes 150 bytes and more."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

Record = TypeVar("Record")


class Rows(Sequence[Record], Generic[Record]):
    """A sequence of records, each made by ``make`` from its ``width`` numbers when it is asked for."""

    def __init__(self, make: Callable[..., Record], width: int) -> None:
        self._make = make
        self._columns = tuple(array("I") for _ in range(width))

    def append(self, *numbers: int) -> None:
        """Add a record."""
        for column, number in zip(self._columns, numbers, strict=True):
            column.append(number)

    def drop(self) -> None:
        """Take the last record away."""
        for column in self._columns:
            column.pop()

    def __len__(self) -> int:
        return len(self._columns[0])

    @overload
    def __getitem__(self, position: int) -> Record: ...

    @overload
    def __getitem__(self, position: slice) -> tuple[Record, ...]: ...

    def __getitem__(self, position: int | slice) -> Record | tuple[Record, ...]:
        if isinstance(position, slice):
            return tuple(map(self._make, *(column[position] for column in self._columns)))
        return self._make(*(column[position] for column in self._columns))

    def __iter__(self) -> Iterator[Record]:
        return map(self._make, *self._columns)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and self._columns == other._columns

    def __hash__(self) -> int:
        return hash(tuple(map(bytes, self._columns)))
