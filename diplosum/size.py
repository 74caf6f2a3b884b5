"""How large something is, in a few signs."""

_GIGABYTE = 1000  # megabytes


def size(count: int | None) -> str:
    """Write a number of bytes for a person."""
    if count is None:
        return "-"
    if count < 1_000_000:  # noqa: PLR2004 - a megabyte
        return f"{-(-count // 1000)} kB"
    megabytes = count / 1_000_000
    return f"{megabytes:.0f} MB" if megabytes < _GIGABYTE else f"{megabytes / _GIGABYTE:.1f} GB"
