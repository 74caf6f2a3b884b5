"""The draft translator that may be embedded in this package: what is said when it runs."""

import tomllib
from pathlib import Path

from diplosum.catalog import Catalog, ModelSpec
from diplosum.errors import ModelError

CARD = "model.toml"  # beside its weights: data, licences, training, scores, limits


def notice(spec: ModelSpec, folder: Path, catalog: Catalog) -> str:
    """Say that a draft runs, how good it is, and how to get a better model. Raises ModelError without a card."""
    card = folder / CARD
    try:
        scores = tomllib.loads(card.read_text("utf-8"))["scores"]
        measured = ", ".join(f"chrF {score['chrF']:.1f} on {name}" for name, score in scores.items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        hint = "pip install --force-reinstall diplosum"
        raise ModelError(f"the card of {spec.name} cannot be read: {error}", where=str(card), hint=hint) from error
    better = (other for other in catalog.preferred("translate") if other.repo and catalog.allows(other))
    advice = next((f"; recommended: diplosum models pull {other.name}" for other in better), "")
    return f"{spec.name} makes drafts only ({measured}){advice}"
