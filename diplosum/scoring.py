"""How good a text is beside references: BLEU, chrF and TER for translations, ROUGE and counts for summaries.

sacreBLEU and rouge-score are loaded when something is scored; they come with ``pip install 'diplosum[eval]'``.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING

from diplosum import arabic
from diplosum.document import parse
from diplosum.errors import ModelError
from diplosum.fidelity.loops import find_loop
from diplosum.standing import all_words_of, leans, stem_of

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric

    from diplosum.evaluation import Article

RESAMPLES = 1000  # of a bootstrap
_SEED = 12345  # sacreBLEU's own
_CONFIDENCE = (2.5, 97.5)  # percentiles
_ROUGE = {"ROUGE-1": "rouge1", "ROUGE-2": "rouge2", "ROUGE-L": "rougeL"}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Score:
    """A figure with its 95 % interval; ``p``: how likely so large a difference from the first system is by chance."""

    value: float
    low: float
    high: float
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """One system: its scores by name, how each was computed, and counts, which need no reference."""

    system: str
    scores: Mapping[str, Score]
    signatures: Mapping[str, str]
    counts: Mapping[str, float] = field(default_factory=dict)


class Words:
    """The tokenizer that ROUGE is given: that of rouge-score itself would drop every Arabic letter."""

    @staticmethod
    def tokenize(text: str) -> list[str]:
        """Split into words, with digits written 0-9, without diacritics, variants of alef, ya and ha as one."""
        return all_words_of(arabic.western_digits(text))


def _missing(error: ImportError) -> ModelError:
    return ModelError(f"scores need a library that is not installed: {error.name}", hint="pip install 'diplosum[eval]'")


def translations(systems: Mapping[str, Sequence[str]], references: Sequence[str]) -> list[Scored]:
    """Score systems against references, line by line; each system after the first is compared with it.

    HTML entities, which published outputs contain, are undone first. The test is sacreBLEU's paired bootstrap (Koehn,
    EMNLP 2004). Raises ModelError where sacreBLEU is not installed.
    """
    try:
        from sacrebleu.metrics.bleu import BLEU
        from sacrebleu.metrics.chrf import CHRF
        from sacrebleu.metrics.ter import TER
        from sacrebleu.significance import PairedTest, Result
    except ImportError as error:
        raise _missing(error) from error
    named: list[tuple[str, Sequence[str]]] = [
        (name, [html.unescape(line) for line in lines]) for name, lines in systems.items()
    ]
    metrics: dict[str, Metric] = {"BLEU": BLEU(), "chrF2": CHRF(), "chrF++": CHRF(word_order=2), "TER": TER()}
    scored: list[dict[str, Score]] = [{} for _ in named]
    signatures = {}
    for name, metric in metrics.items():
        made, results = PairedTest(named, {name: metric}, [references], test_type="bs", n_samples=RESAMPLES)()
        (key,) = made
        signatures[name] = made[key].format()
        found = [result for result in results[key] if isinstance(result, Result)]
        for scores, result in zip(scored, found, strict=True):
            centre, half = float(result.mean or 0), float(result.ci or 0)  # numpy's own float is not JSON
            chance = None if result.p_value is None else float(result.p_value)
            scores[name] = Score(float(result.score), centre - half, centre + half, chance)
    return [Scored(name, scores, signatures) for (name, _), scores in zip(named, scored, strict=True)]


def findings(sources: Sequence[str], hypotheses: Sequence[str]) -> float:
    """Count, for each 100 lines, those that are empty or say something over and over."""
    found = sum(
        not text.strip() or find_loop(source, text) is not None
        for source, text in zip(sources, hypotheses, strict=True)
    )
    return 100 * found / len(sources)


def summaries(systems: Mapping[str, Sequence[Sequence[Sequence[str]]]], articles: Sequence["Article"]) -> list[Scored]:
    """Score summaries: of each system one run or several, in a run for each article a list of sentences.

    ROUGE and chrF are means over the references of an article and over runs, in percent. Where all articles have
    several references, each is scored against the others too, as "another editor": what can be hoped for.
    Raises ModelError where a library is not installed.
    """
    try:
        from rouge_score.rouge_scorer import RougeScorer
        from sacrebleu.metrics.chrf import CHRF
    except ImportError as error:
        raise _missing(error) from error
    rouge, chrf = RougeScorer(list(_ROUGE.values()), tokenizer=Words()), CHRF()

    def measure(summary: Sequence[str], references: Sequence[str], article: "Article") -> dict[str, float]:
        text = "\n".join(summary)
        rows = [rouge.score(reference, text) for reference in references]
        made = {name: 100 * fmean(row[key].fmeasure for row in rows) for name, key in _ROUGE.items()}
        made["chrF2"] = fmean(chrf.sentence_score(text, [reference]).score for reference in references)
        return made | form(summary, article)

    tables = {
        name: [
            _average([measure(run[number], article.references, article) for run in runs])
            for number, article in enumerate(articles)
        ]
        for name, runs in systems.items()
    }
    if all(len(article.references) > 1 for article in articles):
        tables["another editor"] = [
            _average(
                [
                    measure(sentences_of(one), article.references[:number] + article.references[number + 1 :], article)
                    for number, one in enumerate(article.references)
                ]
            )
            for article in articles
        ]
    signatures = {
        "ROUGE": f"rouge-score|words:letters and digits|folded:alef,ya,ha,diacritics|references:mean|bs:{RESAMPLES}",
        "chrF2": chrf.get_signature().format(),
    }
    columns = {name: {key: [row[key] for row in rows] for key in rows[0]} for name, rows in tables.items()}
    first = next(iter(columns))
    return [
        Scored(
            name,
            {
                key: mean(table[key], None if name == first else columns[first][key])
                for key in table
                if key in _ROUGE or key in signatures
            },
            signatures,
            {key: fmean(values) for key, values in table.items() if key not in _ROUGE and key not in signatures},
        )
        for name, table in columns.items()
    ]


def _average(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {key: fmean(row[key] for row in rows) for key in rows[0]}


def sentences_of(text: str) -> list[str]:
    """Split a summary into its sentences."""
    document = parse(text)
    return [document.sentence(position) for position in range(len(document.sentences))]


def form(summary: Sequence[str], article: "Article") -> dict[str, float]:
    """Count what needs no reference.

    ``words``; ``copied``: percent of sentences that stand in the article as they are; ``dangling``: percent that open
    with a link to a sentence which is not there; ``new words`` (percent; Arabic does not mark names, so they are among
    them) and ``new numbers``, a count: what the article does not have.
    """
    sentences = [sentence.strip() for sentence in summary if sentence.strip()]
    document = parse(article.text)
    order = {document.sentence(position): position for position in reversed(range(len(document.sentences)))}
    places = [order.get(sentence) for sentence in sentences]
    dangling = sum(
        leans(sentence) and (index == 0 or place is None or places[index - 1] != place - 1)
        for index, (sentence, place) in enumerate(zip(sentences, places, strict=True))
    )
    words, known = Words.tokenize("\n".join(sentences)), set(map(stem_of, Words.tokenize(article.text)))
    numbers = set(_NUMBER.findall(arabic.western_digits("\n".join(sentences))))
    shares = max(1, len(sentences))
    return {
        "words": float(len(words)),
        "copied": 100
        * sum(place is not None or text in article.text for place, text in zip(places, sentences, strict=True))
        / shares,
        "dangling": 100 * dangling / shares,
        "new words": 100 * sum(stem_of(word) not in known for word in words) / max(1, len(words)),
        "new numbers": float(len(numbers - set(_NUMBER.findall(arabic.western_digits(article.text))))),
    }


def mean(values: Sequence[float], first: Sequence[float] | None = None) -> Score:
    """Average with its percentile bootstrap interval; with ``first``, the paired test against those values."""
    import numpy as np

    column = np.array(values)
    samples = np.random.default_rng(_SEED).integers(0, len(column), (RESAMPLES, len(column)))
    low, high = np.percentile(column[samples].mean(axis=1), _CONFIDENCE)
    p = None
    if first is not None:
        difference = column - np.array(first)
        # How often a resample of the differences, moved to have none on average, is as far from none as they are.
        moved = np.abs((difference - difference.mean())[samples].mean(axis=1))
        p = float((1 + (moved >= abs(difference.mean())).sum()) / (RESAMPLES + 1))
    return Score(float(column.mean()), float(low), float(high), p)
