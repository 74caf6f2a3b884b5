"""A result as JSON, for programs."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from diplosum import __version__
from diplosum.errors import DiplosumError
from diplosum.remarks import SIGNS
from diplosum.render import Page, safe
from diplosum.result import Output, Stage

SCHEMA = 1  # a change that breaks a reader raises it


def record(page: Page) -> dict[str, Any]:
    """Give a result as a JSON object; positions count from 0, offsets are characters of the text that was read."""
    result, document = page.result, page.result.document
    return {
        "source": {
            "name": safe(page.source.name),
            "title": safe(page.source.metadata.title),
            "date": page.source.metadata.date,
            "origin": safe(page.source.metadata.origin),
            "format": page.source.format,
            "encoding": page.source.encoding,
            "arabic": result.language.arabic,
            "characters": len(document.text),
            "words": document.words,
            "paragraphs": len(document.paragraphs),
            "sentences": [
                {
                    "start": span.start,
                    "end": span.end,
                    "paragraph": span.paragraph,
                    "kind": document.kind(position),
                    "text": document.sentence(position),
                }
                for position, span in enumerate(document.sentences)
            ],
        },
        "stages": [_stage_record(stage) for stage in result.stages],
        "signature": result.signature,
    }


def _stage_record(stage: Stage) -> dict[str, Any]:
    step, spec = stage.step, stage.step.spec
    found = Counter(finding.severity for output in stage.outputs for finding in output.findings)
    return {
        "task": step.task,
        "reads": step.reads,
        "language": {"source": spec.source, "target": spec.target},
        "model": {
            "name": spec.name,
            "repo": spec.repo,
            "revision": spec.revision,
            "licence": spec.licence,
            "commercial": spec.commercial,
            "why": step.reason,
        },
        "settings": stage.settings | ({"beams": step.decoding.beams} if step.engine else {}),
        "rounds": stage.rounds,
        "findings": {severity: found[severity] for severity in SIGNS},
        "sentences": [_output_record(output) for output in stage.outputs],
    }


def _output_record(output: Output) -> dict[str, Any]:
    """Give one sentence; spans are ``[start, end]``, see :class:`diplosum.result.Output` for what they are of."""
    answer = output.answer
    return {
        "text": answer.text,
        "sources": list(output.sources),
        "paragraph": output.paragraph,
        "score": None if answer.score is None else round(answer.score, 6),
        "missing": answer.missing,
        "marks": [{"kind": mark.kind, "message": mark.message} for mark in answer.marks],
        "findings": [asdict(finding) for finding in output.findings],
        "terms": [
            {
                "arabic": use.term.arabic,
                "english": use.term.english,
                "kept": bool(use.output),
                "source": use.source,
                "output": use.output,
            }
            for use in output.terms
        ],
    }


def error_record(name: str, error: DiplosumError) -> dict[str, Any]:
    """Give an error as a JSON object."""
    return {
        "name": safe(name),
        "exit_status": int(error.exit_code),
        "message": error.message,
        "where": error.where,
        "hint": error.hint,
    }


def envelope(results: Sequence[dict[str, Any]], errors: Sequence[dict[str, Any]]) -> str:
    """Wrap records in the versioned JSON document."""
    document = {"schema": SCHEMA, "version": __version__, "results": list(results), "errors": list(errors)}
    return _json(document, indent=2)


def line(record: dict[str, Any]) -> str:
    """Write one record as a line of JSON Lines, the schema in it."""
    return _json({"schema": SCHEMA, "version": __version__} | record, indent=None)


def _json(value: dict[str, Any], *, indent: int | None) -> str:
    # Line separators are escaped too: many readers of JSON Lines break lines there.
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub("[\x7f-\x9f\u2028\u2029\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", written) + "\n"
