"""A hub on loopback: what huggingface_hub asks for when it downloads a repository, answered from folders.

Weights are answered with a redirect, as the hub does for what Git LFS stores; pieces of files are given where asked
for; and a hub can be told to misbehave: see :data:`FAULTS`.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

LARGE = (".bin", ".safetensors", ".spm", ".h5")  # stored by Git LFS
INFORMATION = "information"  # the request for what a repository holds, among the names of files


class Hub(ThreadingHTTPServer):
    """Serves ``repos``: of each name, folders by commit, the newest last; ``refs`` stand for the newest.

    ``faults`` are the ways to misbehave with the next requests for a file, one a request.
    """

    daemon_threads = True

    def __init__(self, repos: dict[str, dict[str, Path]], refs: tuple[str, ...] = ("main",)) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repos, self.refs = repos, refs
        self.card: dict[str, Any] = {}
        self.asked: list[str] = []
        self.sent: dict[str, int] = {}
        self.faults: dict[str, list[str]] = {}
        self.released = threading.Event()  # ends what stalls

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def misbehave(self, file: str, *faults: str) -> None:
        self.faults[file] = list(faults)

    def handle_error(self, *_: object) -> None:
        """Keep quiet about clients that go away."""


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _answer(self, *, body: bool) -> None:
        address = urlsplit(self.path)
        path = unquote(address.path)
        self.server.asked.append(f"{self.command} {path}{' ranged' if self.headers.get('Range') else ''}")
        for repo, commits in self.server.repos.items():
            if path.startswith(f"/api/models/{repo}"):
                return self._information(repo, commits, path.removeprefix(f"/api/models/{repo}"), address.query)
            for kind in ("resolve", "lfs"):
                if path.startswith(f"/{repo}/{kind}/"):
                    return self._file(repo, path.removeprefix(f"/{repo}/{kind}/"), kind, body=body)
        return self._refuse(404, "RepoNotFound")

    def _commit(self, commits: dict[str, Path], revision: str) -> str | None:
        return list(commits)[-1] if revision in self.server.refs else revision if revision in commits else None

    def _information(self, repo: str, commits: dict[str, Path], rest: str, query: str) -> None:
        if fault := self._fault(INFORMATION):
            return FAULTS[fault](self, b"")
        kind, _, revision = rest.strip("/").partition("/")
        commit = self._commit(commits, revision or "main")
        if commit is None:
            return self._refuse(404, "RevisionNotFound")
        files = sorted(file for file in commits[commit].iterdir() if file.is_file())
        if kind == "tree":
            return self._json(
                [{"type": "file", "path": f.name, "size": f.stat().st_size, "oid": blob(f)} for f in files]
            )
        siblings = [{"rfilename": file.name} for file in files]
        if parse_qs(query).get("blobs"):
            siblings = [_described(file) for file in files]
        return self._json({"id": repo, "modelId": repo, "sha": commit, "siblings": siblings} | self.server.card)

    def _file(self, repo: str, rest: str, kind: str, *, body: bool) -> None:
        revision, _, name = rest.rpartition("/")
        commits = self.server.repos[repo]
        commit = self._commit(commits, revision)
        if commit is None:
            return self._refuse(404, "RevisionNotFound")
        file = commits[commit] / name
        if not file.is_file():
            return self._refuse(404, "EntryNotFound")
        if kind == "resolve" and name.endswith(LARGE):
            self.send_response(302)
            self.send_header("Location", f"{self.server.url}/{repo}/lfs/{commit}/{name}")
            self.send_header("X-Repo-Commit", commit)
            self.send_header("X-Linked-Size", str(file.stat().st_size))
            self.send_header("X-Linked-ETag", f'"{sha256(file)}"')
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if body and (fault := self._fault(name)):
            return FAULTS[fault](self, file.read_bytes())
        return self._send(file, commit, body=body)

    def _fault(self, name: str) -> str | None:
        left = self.server.faults.get(name)
        return left.pop(0) if left else None

    def _send(self, file: Path, commit: str, *, body: bool) -> None:
        size, start = file.stat().st_size, 0
        if asked := self.headers.get("Range"):
            start = int(asked.removeprefix("bytes=").split("-")[0])
            if start >= size:
                return self._refuse(416)
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        self.send_header("ETag", f'"{sha256(file) if file.name.endswith(LARGE) else blob(file)}"')
        self.send_header("X-Repo-Commit", commit)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(size - start))
        self.end_headers()
        with file.open("rb") as source:
            source.seek(start)
            while body and (block := source.read(1 << 20)):
                self.wfile.write(block)
                self.server.sent[file.name] = self.server.sent.get(file.name, 0) + len(block)
        return None

    def _json(self, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _refuse(self, status: int, code: str | None = None, **headers: str) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _body(self, data: bytes, length: int) -> None:
        """Send ``data`` and claim that it is ``length`` bytes; then the connection is gone."""
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True

    def _stall(self, data: bytes) -> None:
        self._body(data[: len(data) // 2], len(data))
        self.wfile.flush()
        self.server.released.wait(20)

    def _circle(self, _data: bytes) -> None:
        self.send_response(302)
        self.send_header("Location", f"{self.server.url}{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.faults.setdefault(Path(unquote(self.path)).name, []).append("redirect loop")

    def _drip(self, data: bytes) -> None:
        """Send slowly, so that somebody can kill the client in the middle."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        for start in range(0, len(data), 1 << 14):
            self.wfile.write(data[start : start + (1 << 14)])
            time.sleep(0.01)


FAULTS: dict[str, Callable[[_Handler, bytes], None]] = {
    "500": lambda handler, _: handler._refuse(500),
    "503": lambda handler, _: handler._refuse(503),
    "401": lambda handler, _: handler._refuse(401, "GatedRepo"),
    "404": lambda handler, _: handler._refuse(404, "EntryNotFound"),
    "429": lambda handler, _: handler._refuse(429, Retry_After="1"),
    "429 for an hour": lambda handler, _: handler._refuse(429, Retry_After="3600"),
    "cut": lambda handler, data: handler._body(data[: len(data) // 2], len(data)),
    "wrong bytes": lambda handler, data: handler._body(data[:-1] + bytes([data[-1] ^ 1]), len(data)),
    "too short": lambda handler, data: handler._body(data[:-1], len(data) - 1),
    "too long": lambda handler, data: handler._body(data + b"x", len(data) + 1),
    "stalled": _Handler._stall,
    "redirect loop": _Handler._circle,
    "slow": _Handler._drip,
}


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def blob(file: Path) -> str:
    data = file.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _described(file: Path) -> dict[str, Any]:
    described: dict[str, Any] = {"rfilename": file.name, "size": file.stat().st_size, "blobId": blob(file)}
    if file.name.endswith(LARGE):
        described["lfs"] = {"size": described["size"], "sha256": sha256(file), "pointerSize": 134}
    return described


@contextmanager
def serving(repos: dict[str, dict[str, Path]], refs: tuple[str, ...] = ("main",)) -> Iterator[Hub]:
    with Hub(repos, refs) as hub:
        thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            hub.released.set()
            hub.shutdown()
            thread.join()
