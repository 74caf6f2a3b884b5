"""A headless Chromium that tests talk to through a pipe, by the DevTools protocol: no port, no other library."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

# Its ends of the pipes must be 3 and 4, which only a process that becomes the browser can see to.
_BECOME = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
)
_BEYOND = 20  # descriptors above those that are taken
_OPTIONS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",  # containers often forbid it, and the pages are our own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # it reaches nothing, whatever a page asks for
    "--hide-scrollbars",
)


class Browser:
    """One page of a browser: what it asked for, what its policy kept it from asking for, what its console said."""

    def __init__(self, profile: Path) -> None:
        assert CHROMIUM is not None
        self.requests: list[str] = []
        self.stopped: list[str] = []
        self.complaints: list[str] = []
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, _BEYOND) for end in (theirs_in, theirs_out)]
        os.close(theirs_in)
        os.close(theirs_out)
        command = [sys.executable, "-c", _BECOME, *map(str, ends), CHROMIUM, *_OPTIONS, f"--user-data-dir={profile}"]
        self._process = subprocess.Popen(command, pass_fds=ends, stderr=subprocess.DEVNULL)  # noqa: S603 - the browser that was found
        for end in ends:
            os.close(end)
        self._rest = b""
        self._number = 0
        self._loaded = False
        self._session: str | None = None
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self._session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log", "Audits"):
            self(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session = None
        self("Browser.close")
        os.close(self._out)
        os.close(self._in)
        self._process.wait(timeout=20)

    def __call__(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its answer; events that come before it are taken down."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            heard = self._hear()
            if heard.get("id") == self._number:
                assert "error" not in heard, heard
                return dict(heard["result"])

    def open(self, path: Path, *, width: int, scheme: str = "light", media: str = "") -> None:
        """Show a file in a window of so many pixels."""
        self.requests.clear()
        self.stopped.clear()
        self.complaints.clear()
        self("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])
        self._loaded = False
        self("Page.navigate", url=path.as_uri())
        while not self._loaded:
            self._hear()

    def value(self, expression: str) -> Any:
        """Evaluate an expression in the page; the page's own policy does not bind it."""
        answer = self("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def picture(self) -> bytes:
        """Take a PNG of the whole page."""
        return base64.b64decode(self("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def pdf(self) -> bytes:
        """Print the page on the paper that its style sheet names."""
        return base64.b64decode(self("Page.printToPDF", preferCSSPageSize=True)["data"])

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            heard = os.read(self._in, 1 << 20)
            assert heard, "the browser has gone"
            self._rest += heard
        message, _, self._rest = self._rest.partition(b"\0")
        event: dict[str, Any] = json.loads(message)
        match event.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self.requests.append(event["params"]["request"]["url"])
            case "Network.loadingFailed" if event["params"].get("blockedReason"):
                self.stopped.append(event["params"]["blockedReason"])
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded" | "Audits.issueAdded":
                self.complaints.append(json.dumps(event["params"]))
        return event
