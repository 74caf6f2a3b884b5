"""The child of ``confinement.extract``: a document on standard input, its content as JSON on standard output."""

import importlib
import json
import os
import sys

from diplosum.readers.confinement import confine
from diplosum.readers.content import DocumentError


def main() -> None:
    """Read with the module that is named by the only argument."""
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever a library prints is no answer
    confine()
    record: dict[str, object]
    try:
        record = importlib.import_module(sys.argv[1]).read(sys.stdin.buffer.read()).record()
    except ModuleNotFoundError as error:
        record = {"missing": error.name}
    except DocumentError as error:
        record = {"error": str(error), "hint": error.hint}
    except MemoryError:
        record = {"error": "takes too much memory to read", "hint": None}
    except RecursionError:
        record = {"error": "is nested too deeply to be read", "hint": None}
    with out:
        json.dump(record, out)


main()
