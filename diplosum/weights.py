"""Weights of a checkpoint folder: pickled ones become safetensors, and their parameters are counted."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from math import prod
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any
from zipfile import is_zipfile

from diplosum.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

SAFE = "model.safetensors"
_PICKLED = "pytorch_model*.bin*"  # also its shards, and the index of them


def is_pickled(file: str) -> bool:
    """Whether a file of a repository holds pickled weights, or is the index of such files."""
    return Path(file).match(_PICKLED)


def make_safe(folder: Path, *, where: str) -> None:
    """Store pickled weights as safetensors, and delete them. Raises ModelError when they are more than numbers.

    They are read with ``weights_only``, which runs no code, and mapped into memory, not copied. Numbers that the
    architecture shares between layers, and that are the same in the file, are stored once.
    """
    pickles = [path for path in sorted(folder.glob(_PICKLED)) if path.suffix == ".bin"]
    if pickles and not (folder / SAFE).is_file():
        tensors: dict[str, Tensor] = {}
        for pickle in pickles:
            tensors |= _read(pickle, where)
        for alias in _repeated(tensors, _shared(folder, where)):
            del tensors[alias]
        _write(_apart(tensors), folder / f"{SAFE}.part")
        (folder / f"{SAFE}.part").replace(folder / SAFE)
    for path in folder.glob(_PICKLED):
        path.unlink()


def _read(path: Path, where: str) -> "dict[str, Tensor]":
    import torch  # 2 s of CPU time

    hint = "it asks to run code when it is opened: name a repository with safetensors in models.toml"
    try:
        # Files of torch before 1.6 are no zip archives, and cannot be mapped.
        found: Any = torch.load(path, map_location="cpu", weights_only=True, mmap=is_zipfile(path))
    except UnpicklingError as error:
        said = re.search(r"unsupported [^\n]*?(?= was not| whose|\. |\n|$)", str(error), re.IGNORECASE)
        message = f"{path.name} is refused: {said[0] if said else 'it holds more than weights'}"
        raise ModelError(message, where=where, hint=hint) from error
    except (RuntimeError, EOFError, ValueError) as error:
        reason = re.split(r"\.(?: |$)|\n", str(error))[0]
        message = f"{path.name} cannot be read: {reason}"
        raise ModelError(message, where=where, hint="name another repository in models.toml") from error
    if not isinstance(found, dict) or not all(isinstance(value, torch.Tensor) for value in found.values()):
        raise ModelError(f"{path.name} is refused: it holds more than weights", where=where, hint=hint)
    return found


def _shared(folder: Path, where: str) -> Mapping[str, str]:
    """Names of weights that the architecture takes from others, with those others; no weights are made."""
    import torch
    from transformers import AutoConfig, AutoModelForSeq2SeqLM  # 3 s of CPU time

    try:
        config = AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
        with torch.device("meta"):
            model: Any = AutoModelForSeq2SeqLM.from_config(config, trust_remote_code=False)  # type: ignore[no-untyped-call] # transformers has not typed it
        return dict(model.all_tied_weights_keys)
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"config.json describes no model that can be run: {str(error).partition(chr(10))[0]}"
        raise ModelError(message, where=where, hint="name another repository in models.toml") from error


def _repeated(tensors: "Mapping[str, Tensor]", shared: Mapping[str, str]) -> list[str]:
    """Name the weights that repeat others of their group; what differs from them is left for the probe to judge."""
    import torch

    kept: dict[str, list[str]] = {}  # of each source, names that stay
    repeated = []
    for name in sorted(tensors, key=lambda name: name in shared):  # sources before those that take from them
        group = kept.setdefault(shared.get(name, name), [])
        same = (tensors[other] for other in group if tensors[other].dtype == tensors[name].dtype)
        if any(torch.equal(other, tensors[name]) for other in same):
            repeated.append(name)
        else:
            group.append(name)
    return repeated


def _apart(tensors: "Mapping[str, Tensor]") -> "dict[str, Tensor]":
    """Give each name memory of its own, as safetensors demands; what has it already is not copied."""
    seen: set[int] = set()
    apart = {}
    for name, tensor in tensors.items():
        place = tensor.untyped_storage().data_ptr()
        apart[name] = tensor.clone() if place in seen else tensor.contiguous()
        seen.add(place)
    return apart


def _write(tensors: "dict[str, Tensor]", path: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    try:
        save_file(tensors, path, {"format": "pt"})
    except SafetensorError as error:
        if number := re.search(r"os error (\d+)", str(error)):  # what the disk refused, as everything else says it
            raise OSError(int(number[1]), os.strerror(int(number[1])), str(path)) from error
        raise


def parameters(folder: Path) -> int:
    """Count the numbers in the safetensors files of ``folder``, from their headers."""
    return sum(prod(entry["shape"]) for path in folder.glob("*.safetensors") for entry in _header(path))


def _header(path: Path) -> Iterable[Mapping[str, Any]]:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header: dict[str, Any] = json.loads(file.read(length))
    return (entry for name, entry in header.items() if name != "__metadata__")
