"""The Hugging Face hub: the only module that touches the network, and only when a download was asked for."""

import os
from collections.abc import Sequence
from pathlib import Path

from diplosum.catalog import ModelSpec
from diplosum.engine import Say
from diplosum.errors import ModelError
from diplosum.render import size

# What a checkpoint needs: never flax, tf or onnx copies of the weights, never Python code.
_SMALL_FILES = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "*.spm",
    "*.model",
)
_WEIGHTS = (("model.safetensors", "model-*.safetensors"), ("pytorch_model.bin", "pytorch_model-*.bin"))
_YES = {"1", "ON", "YES", "TRUE"}


def offline() -> bool:
    """Whether the user has forbidden the network."""
    return any(os.environ.get(name, "").upper() in _YES for name in ("HF_HUB_OFFLINE", "DIPLOSUM_OFFLINE"))


def pull(spec: ModelSpec, say: Say) -> Path:
    """Download a model at its pinned revision to the Hugging Face cache, and return its folder.

    An interrupted download goes on where it stopped. Endpoint, token, proxy and cache are those that huggingface_hub's
    own variables name. Raises ModelError.
    """
    if spec.repo is None:
        raise ModelError("is not on the hub: there is nothing to download", where=spec.name, hint="diplosum models")
    if offline():
        hint = "leave out --offline, HF_HUB_OFFLINE and DIPLOSUM_OFFLINE, and type it again"
        raise ModelError("cannot be downloaded offline", where=spec.name, hint=hint)
    from httpx2 import HTTPError  # what huggingface_hub speaks HTTP with; with the next lines 0.3 s
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    say(f"{spec.name}: {spec.repo} at {spec.revision or 'main'}, {size(spec.download_bytes)}")
    allowed = {True: "commercial use allowed", False: "no commercial use", None: "commercial use not known"}
    say(f"{spec.name}: licence {spec.licence}, {allowed[spec.commercial]}. {spec.licence_note}".rstrip())
    try:
        files = HfApi().list_repo_files(spec.repo, revision=spec.revision)
        folder = snapshot_download(spec.repo, revision=spec.revision, allow_patterns=[*_SMALL_FILES, *_weights(files)])
    except GatedRepoError as error:
        hint = f"accept its terms on the page of {spec.repo}, then: hf auth login"
        raise ModelError("its authors ask for a login", where=spec.name, hint=hint) from error
    except RevisionNotFoundError as error:
        hint = "set another revision in models.toml"
        raise ModelError(f"has no revision {spec.revision} at {spec.repo}", where=spec.name, hint=hint) from error
    except RepositoryNotFoundError as error:
        hint = "correct repo in models.toml, or log in: hf auth login"
        raise ModelError(f"there is no repository {spec.repo}", where=spec.name, hint=hint) from error
    except (EntryNotFoundError, HTTPError, OSError) as error:
        hint = f"check the connection, then again: diplosum models pull {spec.name}"
        raise ModelError(f"the download failed: {_first_line(error)}", where=spec.name, hint=hint) from error
    say(f"{spec.name}: installed in {folder}")
    return Path(folder)


def _weights(files: Sequence[str]) -> list[str]:
    """Name the weights to load: safetensors where there are any, else the pickled ones."""
    for whole, shards in _WEIGHTS:
        if whole in files or f"{whole}.index.json" in files:
            return [whole, f"{whole}.index.json", shards]
    raise OSError("the repository has neither safetensors nor PyTorch weights")


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
