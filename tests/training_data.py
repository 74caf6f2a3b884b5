"""A small corpus of the project's own, in the layout that ``python -m training`` reads; its sentences are fiction."""

import gzip
from collections.abc import Sequence
from itertools import product
from pathlib import Path

OFFICES = (
    ("وزير الخارجية", "foreign minister"),
    ("وزير المالية", "finance minister"),
    ("رئيس الوفد", "head of the delegation"),
)
COUNTRIES = (("العراقي", "Iraqi"), ("الكويتي", "Kuwaiti"), ("الأردني", "Jordanian"), ("المصري", "Egyptian"))
CITIES = (("موسكو", "Moscow"), ("باريس", "Paris"), ("بغداد", "Baghdad"), ("تونس", "Tunis"))
SENTENCES = (
    (
        "وصل {office} {country} إلى {city} ومعه {number} خبيرا.",
        "The {country} {office} arrived in {city} with {number} experts.",
    ),
    ("غادر {office} {country} {city} بعد {number} يوما.", "The {country} {office} left {city} after {number} days."),
    ("قال {office} {country}: «نشكر {city}».", 'The {country} {office} said: "We thank {city}".'),
)


def pairs() -> list[tuple[str, str]]:
    """All sentences in all variants, with a number each."""
    made = []
    for number, (sentence, office, country, city) in enumerate(product(SENTENCES, OFFICES, COUNTRIES, CITIES)):
        words = (
            {"office": office[n], "country": country[n], "city": city[n], "number": 11 + number % 80} for n in (0, 1)
        )
        made.append(tuple(side.format(**own) for side, own in zip(sentence, words, strict=True)))
    return made


EVALUATION = (
    (
        "عقد البرلمان جلسة طارئة لبحث مشروع الميزانية الجديدة.",
        "Parliament held an emergency session on the new draft budget.",
    ),
    ("وأغلقت المدارس أبوابها يومين بسبب العاصفة الرملية.", "Schools closed for two days because of the sandstorm."),
)


def write(folder: Path, corpus: Sequence[tuple[str, str]] | None = None) -> Path:
    """Make DATA in ``folder``; one sentence of the corpus is one of the evaluation set, three others are unsound."""
    corpus = pairs() if corpus is None else corpus
    for name in ("corpus", "eval", "lexicon/lexicon"):
        (folder / name).mkdir(parents=True)
    corpus = [*corpus, EVALUATION[0], corpus[0], ("Wrong way", "عكس"), ("وصل.", "It arrived " + "very " * 40)]
    with gzip.open(folder / "corpus" / "news_bilateral.tsv.gz", "wt", encoding="utf-8") as file:
        file.writelines(f"{arabic}\t{english}\n" for arabic, english in corpus)
    for name in ("flores-dev", "news-dev"):
        (folder / "eval" / f"{name}.tsv").write_text("".join(f"{a}\t{b}\n" for a, b in EVALUATION), "utf-8")
    lexicon = folder / "lexicon" / "lexicon"
    rows = "".join(f"{arabic}\t{english}\t-\tc\n" for arabic, english in CITIES)
    (lexicon / "cities.tsv").write_text(f"#ar\ten\tcountry\ttype\n{rows}", "utf-8")
    return folder


SETTINGS = """
ablation = ["tiny", "plain"]
[default]
seed = 7
vocabulary = "aligned"
pieces = 600
width = 32
feed_forward = 64
heads = 2
encoder_layers = 1
decoder_layers = 1
dropout = 0.1
label_smoothing = 0.1
weight_decay = 0.01
batch_tokens = 400
accumulate = 2
clip = 1.0
bf16 = false
round_pairs = 60
max_tokens = 128
validate_every = 4
patience = 3
average = 2
shares = { news = 0.8, names = 0.2 }
[default.augment]
as_written = 0.1
diacritics = 0.1
tatweel = 0.1
digits = 0.3
stop = 0.1
heading = 0.1
quotation = 0.3
numbers = 0.3
names = 0.3
[default.denoise]
steps = 4
rate = 1e-3
warmup = 2
schedule = "inverse-sqrt"
[default.translate]
steps = 8
rate = 1e-3
warmup = 2
schedule = "inverse-sqrt"
[default.tune]
steps = 4
rate = 1e-4
warmup = 2
schedule = "cosine"
shares = { names = 0.0 }
[runs.base]
[runs.tiny]
[runs.plain]
vocabulary = "plain"
"""

# Added to SETTINGS: a run that learns a few sentences by heart.
BY_HEART = """
[runs.by-heart]
width = 64
batch_tokens = 1500
accumulate = 1
validate_every = 60
average = 1
dropout = 0.0
label_smoothing = 0.0
shares = { names = 0.0 }
augment = { as_written = 0.0, diacritics = 0.0, tatweel = 0.0, stop = 0.0, heading = 0.0, numbers = 0.0, names = 0.0 }
denoise = { steps = 0 }
translate = { steps = 120, rate = 4e-3, warmup = 20 }
tune = { steps = 0 }
"""
