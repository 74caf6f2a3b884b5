"""A hub on loopback: what huggingface_hub asks for when it downloads a repository, answered from folders."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Hub(ThreadingHTTPServer):
    """Serves the folders in ``repos`` under their names, each at one commit that ``refs`` may point to."""

    daemon_threads = True

    def __init__(self, repos: dict[str, Path], commit: str, refs: tuple[str, ...] = ("main",)) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repos, self.commit, self.refs = repos, commit, refs
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _answer(self, *, body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append(f"{self.command} {path}")
        for repo, folder in self.server.repos.items():
            if path.startswith(f"/api/models/{repo}"):
                return self._information(repo, folder, path.removeprefix(f"/api/models/{repo}"))
            if path.startswith(f"/{repo}/resolve/"):
                return self._file(folder, path.removeprefix(f"/{repo}/resolve/"), body=body)
        return self._refuse("RepoNotFound")

    def _known(self, revision: str) -> bool:
        return revision in {self.server.commit, *self.server.refs}

    def _information(self, repo: str, folder: Path, rest: str) -> None:
        parts = rest.strip("/").split("/", 1)
        if parts[0] in {"revision", "tree"} and not self._known(parts[1]):
            return self._refuse("RevisionNotFound")
        names = sorted(file.name for file in folder.iterdir())
        if parts[0] == "tree":
            return self._json(
                [{"type": "file", "path": n, "size": (folder / n).stat().st_size, "oid": n} for n in names]
            )
        siblings = [{"rfilename": name} for name in names]
        return self._json({"id": repo, "modelId": repo, "sha": self.server.commit, "siblings": siblings})

    def _file(self, folder: Path, rest: str, *, body: bool) -> None:
        revision, _, name = rest.rpartition("/")
        if not self._known(revision):
            return self._refuse("RevisionNotFound")
        if not (folder / name).is_file():
            return self._refuse("EntryNotFound")
        data = (folder / name).read_bytes()
        self.send_response(200)
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", self.server.commit)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data)
        return None

    def _json(self, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Repo-Commit", self.server.commit)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _refuse(self, code: str) -> None:
        self.send_response(404)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def serving(repos: dict[str, Path], commit: str, refs: tuple[str, ...] = ("main",)) -> Iterator[Hub]:
    with Hub(repos, commit, refs) as hub:
        thread = threading.Thread(target=hub.serve_forever, daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()
