"""Results with findings, and an engine that answers in English, for tests of what is shown."""

from dataclasses import replace
from itertools import cycle, islice

from echo import Echo, run, spec, summary, translation

from diplosum.engine import Decoding, Generation
from diplosum.finding import Finding
from diplosum.glossary import Glossary, Term
from diplosum.render import Page
from diplosum.result import Output, Result
from diplosum.source import Metadata, Source
from diplosum.step import Step

LONG = "the source denies it («لم», «ليس», «دون»), the translation does not: " + "read both before it is quoted, " * 8
FOUND = (
    Finding("number", "fail", "90 in the source, 80 in the translation", ((2, 9),), ((1, 6),)),
    Finding("negation", "warn", LONG, ((4, 12), (14, 16)), ((8, 12),)),
    Finding("name", "note", "spelled otherwise in sentence 1", ((18, 22),), ((14, 18),)),
)
ENGLISH = ("the", "delegation", "met", "in", "the", "capital", "again", "and")


class English(Echo):
    """Answers in English words, about as many as it reads."""

    def answer(self, text: str, decoding: Decoding) -> Generation:
        made = super().answer(text, decoding)
        words = " ".join(islice(cycle(ENGLISH), len(text.split())))
        return replace(made, text=f"{words.capitalize()}." if made.text else "")


def page(result: Result, **metadata: str) -> Page:
    return Page(Source("a <b>.txt", result.document.text, "UTF-8", "UTF-8", Metadata(**metadata)), result)


def translator(**changes: object) -> Step:
    described = {"name": "tiny", "repo": "someone/tiny", "max_source_tokens": 99} | changes
    return translation(spec=spec(**described))


def with_glossary() -> Step:
    terms = (Term("وفد", "delegation"), Term("بغداد", "Baghdad"))
    return replace(translator(), glossary=Glossary.of(terms), check=True)


def brief(text: str) -> Result:
    step = translator(licence="CC-BY-NC-4.0", commercial=False)
    arabic = replace(summary(3), spec=spec(task="summarize", target="ar", max_source_tokens=99))
    answers = run(text, arabic, replace(step, reads="summary"), step, engine=English())
    picked = tuple(
        replace(output, answer=replace(output.answer, text=answers.document.sentence(output.sources[0])))
        for output in answers.stages[0].outputs
    )
    return replace(answers, stages=(replace(answers.stages[0], outputs=picked), *answers.stages[1:]))


def with_findings(result: Result, findings: tuple[Finding, ...] = FOUND) -> Result:
    """Give every third translated sentence something to be remarked on."""

    def marked(outputs: tuple[Output, ...]) -> tuple[Output, ...]:
        return tuple(replace(output, findings=findings if i % 3 == 0 else ()) for i, output in enumerate(outputs))

    stages = [
        stage if stage.step.task == "summarize" else replace(stage, outputs=marked(stage.outputs))
        for stage in result.stages
    ]
    return replace(result, stages=tuple(stages))
