"""Does the embedded summarizer earn its place? ``python benchmarks/summaries.py [--ratio R] [--floors] [SET.jsonl]``.

By default on the project's own articles, three sentences each. Beside ``diplosum eval summarize``: TextRank and LexRank
of sumy (``pip install sumy``, where it is installed; with our sentences and words, so that the comparison is about the
choice), the longest sentences, and the summarizer without each of its parts. Articles with an odd number were used to
choose the weights, the others were not. ``--floors`` writes what was reached to tests/floors.json.
"""

import argparse
import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from diplosum import arabic, evaluation, scoring, trial
from diplosum.document import parse
from diplosum.engine import Candidate
from diplosum.engines import extractive
from diplosum.evaluation import Article
from diplosum.scoring import Scored
from diplosum.step import Length

ROOT = Path(__file__).parent.parent
OWN = ROOT / "tests" / "data" / "articles.jsonl"
FLOORS = ROOT / "tests" / "floors.json"
_CHANCE = 0.05  # from which a difference from the first system is put down to chance
_LEEWAY = 0.5  # points below what was reached; other versions of numpy round otherwise
# What each part is switched off by: constants of the summarizer and the values that leave it without the part.
ABLATIONS: Mapping[str, Mapping[str, Any]] = {
    "without vectors": {"_CENTRE": 0.0, "_HEADING": 0.0, "_NOVELTY": 0.0, "_SAME": 2.0},
    "without likeness to the text": {"_CENTRE": 0.0},
    "without repeated words": {"_THEMES": 0.0},
    "without place": {"_LEAD": 0.0},
    "without headings": {"_HEADING": 0.0},
    "without length": {"_FULL": (1, 10_000)},
    "without redundancy": {"_NOVELTY": 0.0, "_SPREAD": 0.0, "_SAME": 2.0, "_SHARED": 2.0},
    "without leaning": {"_LEANING_COST": 0.0},
}

Summarizer = Callable[[Article, int], Sequence[str]]


def own(article: Article, count: int) -> list[str]:
    """Summarize as ``diplosum summarize`` does."""
    document = parse(article.text)
    candidates = [
        Candidate(
            arabic.for_model(document.sentence(position), arabic.Rules()).text,
            document.sentences[position].paragraph,
            document.kind(position) == "heading",
        )
        for position in range(len(document.sentences))
    ]
    return [document.sentence(pick.position) for pick in extractive.select(candidates, count)]


def longest(article: Article, count: int) -> list[str]:
    """Take the sentences with most words: what length alone is good for."""
    sentences = trial.body(article)
    chosen = sorted(range(len(sentences)), key=lambda position: -len(sentences[position].split()))[:count]
    return [sentences[position] for position in sorted(chosen)]


def graphs() -> Iterator[tuple[str, Summarizer]]:
    """TextRank (Mihalcea and Tarau, EMNLP 2004) and LexRank (Erkan and Radev, JAIR 2004), where sumy is installed."""
    try:
        from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
        from sumy.summarizers.lex_rank import LexRankSummarizer
        from sumy.summarizers.text_rank import TextRankSummarizer
    except ImportError:
        return

    class Tokenizer:
        @staticmethod
        def to_words(text: str) -> tuple[str, ...]:
            return tuple(scoring.Words.tokenize(text))

    def summarizer(rank: Callable[[Any, int], Sequence[object]]) -> Summarizer:
        def summarize(article: Article, count: int) -> list[str]:
            sentences = [Sentence(text, Tokenizer) for text in trial.body(article)]
            return [str(sentence) for sentence in rank(ObjectDocumentModel([Paragraph(sentences)]), count)]

        return summarize

    yield "TextRank (sumy)", summarizer(TextRankSummarizer())
    yield "LexRank (sumy)", summarizer(LexRankSummarizer())


@contextlib.contextmanager
def constants(values: Mapping[str, Any]) -> Iterator[None]:
    """Set constants of the summarizer for a while."""
    before = {name: getattr(extractive, name) for name in values}
    for name, value in values.items():
        setattr(extractive, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(extractive, name, value)


def runs(articles: Sequence[Article], length: Length) -> dict[str, Sequence[trial.Run]]:
    """Summarize with everything that there is to compare; the embedded summarizer first."""
    counts = [length.of(len(trial.body(article))) for article in articles]

    def run(summarizer: Summarizer) -> trial.Run:
        return [summarizer(article, count) for article, count in zip(articles, counts, strict=True)]

    made: dict[str, Sequence[trial.Run]] = {"extractive": [run(own)]}
    made |= {baseline.system: baseline.runs for baseline in trial.baselines(articles, length)}
    made |= {name: [run(summarizer)] for name, summarizer in [("longest", longest), *graphs()]}
    for name, values in ABLATIONS.items():
        with constants(values):
            made[name] = [run(own)]
    return made


def halves(articles: Sequence[Article]) -> dict[str, list[Article]]:
    """Split into articles that weights were chosen on and articles that they were not."""
    return {
        "odd, used to choose the weights": [article for number, article in enumerate(articles, 1) if number % 2],
        "even, held out": [article for number, article in enumerate(articles, 1) if not number % 2],
    }


def show(scored: Sequence[Scored]) -> None:
    """Print a Markdown table."""
    heading = [*scored[0].scores, *scored[0].counts]
    print(f"| System | {' | '.join(heading)} |\n| --- |{' --- |' * len(heading)}")
    for row in scored:
        cells = [
            f"{score.value:.1f}{'*' * (score.p is not None and score.p < _CHANCE)} [{score.low:.1f}-{score.high:.1f}]"
            for score in row.scores.values()
        ]
        cells += [f"{count:.1f}" for count in row.counts.values()]
        print(f"| {row.system} | {' | '.join(cells)} |")


def main() -> None:
    """Print a table for each half of each set."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*", default=[str(OWN)])
    parser.add_argument("--ratio", type=float)
    parser.add_argument("--floors", action="store_true")
    options = parser.parse_args()
    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    for path in options.sets:
        read = evaluation.articles(path)
        length = Length(ratio=options.ratio)
        for name, articles in halves(read.articles).items():
            print(f"\n{path}: {len(articles)} articles, {name}\n")
            show(scoring.summaries(runs(articles, length), articles))
        if options.floors:
            (whole,) = scoring.summaries(
                {"extractive": [[own(one, length.of(len(trial.body(one)))) for one in read.articles]]}, read.articles
            )[:1]
            floors[Path(path).name] = {
                "digest": read.digest,
                "ratio": options.ratio,
                "at least": {key: round(score.value - _LEEWAY, 1) for key, score in whole.scores.items()},
                "at most": {"dangling": round(whole.counts["dangling"] + _LEEWAY, 1)},
                "reason": "first measured",
            }
    if options.floors:
        FLOORS.write_text(json.dumps(floors, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
