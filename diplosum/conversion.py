"""Checkpoint folder in, the same model for CTranslate2 out."""

import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from diplosum.catalog import ModelSpec
from diplosum.errors import ModelError

FOLDER = "ct2"  # inside the folder of the checkpoint, whose tokenizer the converted model goes on using


def find(folder: Path) -> Path | None:
    """Return the converted model that belongs to the checkpoint in ``folder``, or None."""
    return next((place for place in (folder / FOLDER, folder) if (place / "model.bin").is_file()), None)


def convert(folder: Path, into: Path, *, quantization: str = "int8", spec: ModelSpec) -> None:
    """Convert the checkpoint in ``folder`` for CTranslate2, with weights in ``quantization``.

    ``into`` is replaced as a whole, at the end. The network is not touched. Raises ModelError with the reason.
    """
    try:
        converter = _converter(folder)
    except ImportError as error:
        raise ModelError(
            f"CTranslate2 cannot be loaded: {error}", hint="pip install --force-reinstall diplosum"
        ) from error
    room = Path(mkdtemp(prefix=f".{into.name}-", dir=into.parent))
    try:
        converter.convert(str(room / into.name), quantization=quantization)
        shutil.rmtree(into, ignore_errors=True)
        (room / into.name).rename(into)
    except Exception as error:  # the converter, and what it loads with, raise anything
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise ModelError(
            f"{spec.name} cannot be converted for CTranslate2: {reason}",
            where=str(folder),
            hint="--engine hf runs it as it is",
        ) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _converter(folder: Path) -> Any:  # noqa: ANN401 - ctranslate2 publishes no types
    """Import what converts (torch and transformers, 4 s of CPU time), and give it nothing but files in ``folder``."""
    from ctranslate2.converters import TransformersConverter
    from huggingface_hub import constants

    class Converter(TransformersConverter):  # type: ignore[misc] # ctranslate2 publishes no types
        def convert(self, *arguments: object, **options: object) -> Any:  # noqa: ANN401 - as above
            before, constants.HF_HUB_OFFLINE = constants.HF_HUB_OFFLINE, True
            try:
                return super().convert(*arguments, **options)
            finally:
                constants.HF_HUB_OFFLINE = before

    return Converter(str(folder))
