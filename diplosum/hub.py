"""The Hugging Face hub: the only module that touches the network, and only when a download was asked for.

huggingface_hub knows endpoint, token and proxies. Its own downloads begin anew in every process (their temporary names
are drawn by lot), so that files are fetched here: over HTTP, piece by piece, going on where an earlier process stopped.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from diplosum import lock
from diplosum.engine import Say
from diplosum.errors import ModelError
from diplosum.lock import Stamp

if TYPE_CHECKING:
    from httpx2 import Response

# What a checkpoint needs: never flax, tf or onnx copies of the weights, never Python code.
SMALL_FILES = (
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
_PAUSES = (1, 2, 4, 8)  # seconds before each new try; when something has come, they begin anew
_LONGEST_PAUSE = 300  # seconds that a hub may ask for
_PASSING = {408, 429, 500, 502, 503, 504}  # statuses after which it is worth to try again
_NOTHING_LEFT = 416  # status for a range behind the end of a file
_FULL_HASH = re.compile(r"[0-9a-f]{40}")
_PLAIN_NAME = re.compile(r"[\w.-]+", re.ASCII)

Arrived = Callable[[str, int], None]  # a file, and how many bytes of it are here
Got = TypeVar("Got")


@dataclass(frozen=True, slots=True)
class Repository:
    """One commit of a repository. ``files`` are those that a checkpoint needs."""

    where: str  # what messages call it
    name: str
    commit: str
    licence: str | None  # as its page states it
    task: str | None  # pipeline tag
    parameters: int | None  # where its weights are safetensors
    files: Mapping[str, Stamp]


def offline() -> bool:
    """Whether the user has forbidden the network."""
    return any(os.environ.get(name, "").upper() in _YES for name in ("HF_HUB_OFFLINE", "DIPLOSUM_OFFLINE"))


def repository(name: str, revision: str | None, *, where: str, say: Say) -> Repository:
    """Ask which commit ``revision`` is and what it holds. ``where`` names the model in messages. Raises ModelError."""
    if offline():
        hint = "leave out --offline, HF_HUB_OFFLINE and DIPLOSUM_OFFLINE, and type it again"
        raise ModelError("cannot be downloaded offline", where=where, hint=hint)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # else the first call tells and asks more than it has to
    from huggingface_hub import HfApi, constants  # 0.3 s

    def ask() -> Repository:
        found = HfApi().model_info(name, revision=revision, files_metadata=True, timeout=constants.HF_HUB_ETAG_TIMEOUT)
        stamps = {
            file.rfilename: Stamp(
                (file.lfs.size if file.lfs else file.size) or 0,
                f"sha256:{file.lfs.sha256}" if file.lfs else f"git:{file.blob_id}",
            )
            for file in found.siblings or ()
        }
        card: Mapping[str, Any] = vars(found.card_data) if found.card_data else {}
        return Repository(
            where=where,
            name=name,
            commit=found.sha or "",
            licence=card.get("license"),
            task=found.pipeline_tag,
            parameters=found.safetensors.total if found.safetensors else None,
            files={file: stamps[file] for file in _needed(stamps, where)},
        )

    with _in_words(where, name, revision):
        found = _patient(ask, lambda: 0, say, where)
    if found.commit != revision and (_FULL_HASH.fullmatch(revision or "") or not _FULL_HASH.fullmatch(found.commit)):
        hint = "unset HF_ENDPOINT, or name another mirror"
        raise ModelError(f"the hub gives commit {found.commit or 'none'} for {revision}", where=where, hint=hint)
    return found


def fetch(source: Repository, file: str, folder: Path, *, arrived: Arrived, say: Say) -> None:
    """Bring ``file`` into ``folder``, whole and with the hash that the hub lists, or raise ModelError.

    What has come so far lies in ``FILE.part``, and the next call goes on from there.
    """
    where, expected, target, part = source.where, source.files[file], folder / file, folder / f"{file}.part"
    if target.is_file() and lock.differs(target, expected) is None:
        arrived(file, expected.size)
        return
    with _in_words(where, source.name, source.commit):
        resumed = _begun(part) > 0 or _from_cache(source, file, part)
        _download(source, file, part, arrived, say)
        fault = lock.differs(part, expected)
        if fault and resumed:  # its beginning may be of another file: once more from the start
            part.unlink()
            _download(source, file, part, arrived, say)
            fault = lock.differs(part, expected)
    if fault:
        part.unlink()
        hint = f"try again later: diplosum models pull {where}; if it stays, the hub or a proxy on the way is at fault"
        raise ModelError(f"{file} is not what the hub lists: it {fault}", where=where, hint=hint)
    part.replace(target)


def _needed(files: Mapping[str, Stamp], where: str) -> list[str]:
    """Name the files to fetch: safetensors where there are any, else the pickled weights."""
    patterns = list(SMALL_FILES)
    for whole, shards in _WEIGHTS:
        if whole in files or f"{whole}.index.json" in files:
            patterns += [whole] if whole in files else [f"{whole}.index.json", shards]
            break
    else:
        hint = "name another repository in models.toml"
        raise ModelError("the repository has neither safetensors nor PyTorch weights", where=where, hint=hint)
    chosen = [
        file for file in files if any(fnmatch(file, pattern) for pattern in patterns) and _PLAIN_NAME.fullmatch(file)
    ]
    if unknown := [file for file in chosen if files[file].digest == "git:None"]:
        hint = "unset HF_ENDPOINT, or name a mirror that passes hashes on"
        raise ModelError(f"the hub names no hash for {', '.join(unknown)}", where=where, hint=hint)
    return chosen


def _begun(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _from_cache(source: Repository, file: str, part: Path) -> bool:
    """Copy ``file`` from the cache that Hugging Face's tools share, if it is there."""
    from huggingface_hub import try_to_load_from_cache

    cached = try_to_load_from_cache(source.name, file, revision=source.commit)
    if isinstance(cached, str):
        shutil.copyfile(cached, part)
    return isinstance(cached, str)


def _download(source: Repository, file: str, part: Path, arrived: Arrived, say: Say) -> None:
    _patient(lambda: _stream(source, file, part, arrived), lambda: _begun(part), say, source.where)


def _stream(source: Repository, file: str, part: Path, arrived: Arrived) -> None:
    """Append what is missing of ``file`` to ``part``."""
    from httpx2 import RemoteProtocolError
    from huggingface_hub import HfApi, constants, get_session, hf_hub_url
    from huggingface_hub.utils import build_hf_headers, hf_raise_for_status  # type: ignore[attr-defined]  # documented

    total, done = source.files[file].size, _begun(part)
    arrived(file, done)
    if done == total and part.is_file():
        return
    headers = build_hf_headers() | {"Accept-Encoding": "identity"}  # compressed pieces cannot be put together
    if 0 < done < total:
        headers["Range"] = f"bytes={done}-"
    url = hf_hub_url(source.name, file, revision=source.commit, endpoint=HfApi().endpoint)
    timeout = constants.HF_HUB_DOWNLOAD_TIMEOUT
    with get_session().stream("GET", url, headers=headers, timeout=timeout, follow_redirects=True) as response:
        if response.status_code == _NOTHING_LEFT:
            part.unlink()
            raise _LengthError("less")
        hf_raise_for_status(response)
        going_on = response.headers.get("Content-Range", "").startswith(f"bytes {done}-")
        with part.open("ab" if going_on else "wb") as written:
            done = done if going_on else 0
            for block in response.iter_raw():
                written.write(block)
                done += len(block)
                arrived(file, done)
                if done > total:
                    break
            written.flush()
            os.fsync(written.fileno())
    if done > total:
        part.unlink()
        raise _LengthError("more")
    if done < total:
        raise RemoteProtocolError(f"{file} ended after {done:,} of {total:,} bytes")


class _LengthError(Exception):
    """More or less of a file comes than the hub lists."""


def _patient(attempt: Callable[[], Got], reached: Callable[[], int], say: Say, where: str) -> Got:
    """Try until it works; give up after tries in a row that brought nothing, or on an error that will not pass."""
    from httpx2 import TransportError
    from huggingface_hub.errors import HfHubHTTPError

    pauses = list(_PAUSES)
    while True:
        before = reached()
        try:
            return attempt()
        except (TransportError, HfHubHTTPError) as error:
            response = error.response if isinstance(error, HfHubHTTPError) else None
            if response is not None and response.status_code not in _PASSING:
                raise
            if reached() > before:
                pauses = list(_PAUSES)
            asked = _asked_pause(response)
            if not pauses or asked > _LONGEST_PAUSE:
                raise
            pause = max(pauses.pop(0), asked)
            say(f"{where}: {_reason(error)}; trying again in {pause} s")
        time.sleep(pause)


def _asked_pause(response: "Response | None") -> int:
    """Seconds that the hub asks us to wait, 0 where it does not say."""
    asked = response.headers.get("Retry-After", "") if response is not None else ""
    return int(asked) if asked.isdecimal() else 0


@contextmanager
def _in_words(where: str, repo: str, revision: str | None) -> Iterator[None]:
    """Turn what the network and the disk raise into a ModelError."""
    from httpx2 import HTTPError
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    again = f"diplosum models {'add' if where == repo else 'pull'} {where}"
    try:
        yield
    except GatedRepoError as error:
        hint = f"accept its terms on the page of {repo}, then: hf auth login"
        raise ModelError("its authors ask for a login", where=where, hint=hint) from error
    except RevisionNotFoundError as error:
        hint = "set another revision in models.toml"
        raise ModelError(f"has no revision {revision} at {repo}", where=where, hint=hint) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        hint = f"correct {'it' if where == repo else 'repo in models.toml'}, or log in: hf auth login"
        raise ModelError(f"there is no repository {repo}", where=where, hint=hint) from error
    except EntryNotFoundError as error:
        hint = f"the hub lists a file that it does not have; try again later: {again}"
        raise ModelError(f"the download failed: {_reason(error)}", where=where, hint=hint) from error
    except _LengthError as error:
        hint = f"the hub or a proxy on the way is at fault; try again later: {again}"
        raise ModelError(f"the download failed: {error} comes than the hub lists", where=where, hint=hint) from error
    except (HfHubHTTPError, HTTPError) as error:
        hint = f"check the connection, then again: {again}; what has come is kept"
        raise ModelError(f"the download failed: {_reason(error)}", where=where, hint=hint) from error


def _reason(error: BaseException) -> str:
    """Say in words what went wrong on the way."""
    from httpx2 import TimeoutException, TooManyRedirects
    from huggingface_hub.errors import HfHubHTTPError

    if isinstance(error, TimeoutException):
        return "nothing came for too long (HF_HUB_DOWNLOAD_TIMEOUT sets how many seconds)"
    if isinstance(error, TooManyRedirects):
        return "the hub redirects in a circle"
    if isinstance(error, HfHubHTTPError):
        answer = f"the hub answers {error.response.status_code} {error.response.reason_phrase}"
        wait = _asked_pause(error.response)
        return f"{answer} and asks to wait {wait} s" if wait else answer
    return str(error).strip().partition("\n")[0] or type(error).__name__
