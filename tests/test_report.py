"""The report as a reader has it: in a browser, on a wide screen, a narrow one, on paper, in the dark."""

import html.parser
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser
from echo import run, spec, summary
from hypothesis import given
from hypothesis import strategies as st
from results import English, brief, page, translator, with_findings, with_glossary

from diplosum import report
from diplosum.finding import Finding
from diplosum.spread import ranges

SAMPLE = Path(__file__).parent.parent / "samples" / "summit-agenda.txt"
HOSTILE = (
    "قمة </title><script>alert(1)</script> & «عمان»\n"
    '"><img src=http://evil.example/a.png onerror=alert(1)> وصل الوفد.\n'
    "</style><style>@import url(http://evil.example/b.css)</style> عاد الوفد.\n"
    "<!-- ]]> <svg/onload=alert(1)> \x1b[31m &lt;b&gt; \u202e انتهى.\n"
    "<iframe src=//evil.example></iframe><base href=//evil.example><form action=//evil.example> وصل.\n"
)


class Reader(html.parser.HTMLParser):
    """Takes down the elements of a page, and the text in each kind of them; every element must be closed."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: dict[str, str] = {}
        self.feed(written)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.text[tag] = self.text.get(tag, "") + data


# What stands in it


def test_a_brief_shows_every_sentence_beside_its_source_and_says_what_made_it() -> None:
    text = "قمة في عمان\nوصل الوفد إلى المدينة. عاد الوفد. 242."
    written = report.html(page(brief(text), date="2026-03-01", origin="وكالة"))
    read = Reader(written)
    assert read.text["title"] == "قمة في عمان"
    assert '<h1 lang="ar" dir="rtl">قمة في عمان</h1>\n<p class="subtitle" lang="en">The delegation met.</p>' in written
    assert "<dt>File</dt><dd><bdi>a &lt;b&gt;.txt</bdi></dd>" in written
    assert "<dt>Date</dt><dd><bdi>2026-03-01</bdi></dd>" in written
    assert "<dt>Source</dt><dd><bdi>وكالة</bdi></dd>" in written
    assert "<dt>Licence</dt><dd><bdi>CC-BY-NC-4.0, no commercial use.</bdi></dd>" in written
    assert "<dt>Published as</dt><dd><bdi>someone/tiny at aaaa" in written
    assert "task:translate|reads:document|model:tiny|revision:" in read.text["code"]
    rows = re.findall(r'<tr role="row" id="(translation-\d)" class="(\w+)">', written)
    assert rows == [("translation-1", "heading"), *((f"translation-{number}", "body") for number in (2, 3, 4))]
    assert (
        '<td role="cell" class="english"><h3 lang="en" dir="ltr">The delegation met.</h3></td>\n'
        '<td role="cell" class="arabic"><p lang="ar" dir="rtl">قمة في عمان</p></td>'
    ) in written
    assert '<td role="cell" class="arabic"><p dir="auto">242.</p></td>' in written
    summarized = written[written.index('id="summary"') : written.index('id="translation"')]
    assert summarized.count('class="english"') == summarized.count('class="arabic"') == 3
    assert '<p class="origin" dir="ltr">From sentence <a href="#translation-' in summarized
    assert "Sentences to check" not in written


def test_a_finding_stands_under_its_sentence_in_words_and_marks_both_sides() -> None:
    finding = Finding("name", "fail", "«بغداد» and «بصرة» became: met", ((14, 19),), ((15, 18),))
    result = with_findings(run("وصل الوفد إلى بغداد.", translator(), engine=English()), (finding,))
    written = report.html(page(result))
    assert '<p lang="en" dir="ltr">The delegation <mark class="fail">met</mark> in.</p>' in written
    assert '<p lang="ar" dir="rtl">وصل الوفد إلى <mark class="fail">بغداد</mark>.</p>' in written
    badge = '<strong class="badge fail">Wrong</strong>'
    words = 'name: «<bdi lang="ar">بغداد</bdi>» and «<bdi lang="ar">بصرة</bdi>» became: met'
    assert f'<ul class="remarks" dir="ltr"><li>{badge} {words}</li></ul>' in written
    assert '<dd><a href="#translation-1">1</a></dd>' in written


def test_where_findings_overlap_the_gravest_marks_the_text() -> None:
    findings = (
        Finding("name", "note", "a", (), ((0, 18),)),
        Finding("number", "fail", "b", (), ((4, 14),)),
        Finding("number", "warn", "c", (), ((4, 99),)),
    )
    written = report.html(page(with_findings(run("وصل الوفد إلى بغداد.", translator(), engine=English()), findings)))
    marks = re.findall(r'<mark class="(\w+)">([^<]+)</mark>', written)
    assert marks == [("note", "The "), ("fail", "delegation"), ("warn", " met"), ("warn", " in.")]
    assert re.findall('badge (\\w+)">\\w+</strong> \\w+: [abc]', written) == ["fail", "warn", "note"]


def test_terms_of_a_glossary_stand_under_their_sentence_where_they_were_kept() -> None:
    written = report.html(page(run("وصل الوفد إلى بغداد.", with_glossary(), engine=English())))
    assert '<p lang="en" dir="ltr">The <mark class="term">delegation</mark> met in.</p>' in written
    assert 'وصل <mark class="term">الوفد</mark> إلى <mark class="warn">بغداد</mark>.' in written
    terms = '<ul class="terms" aria-label="Terms of the glossary"><li><bdi lang="ar">وفد</bdi> delegation</li></ul>'
    assert terms in written
    assert 'Doubtful</strong> term: «<bdi lang="ar">بغداد</bdi>» is not “Baghdad” here' in written


def test_a_sentence_without_a_translation_is_seen_to_have_none() -> None:
    written = report.html(page(run("وصل الوفد. كلام أبكم.", translator(), engine=English())))
    assert '<p lang="en" dir="ltr" class="missing">[not translated]</p>' in written
    assert '<strong class="badge fail">Wrong</strong> the model wrote nothing, however it was asked' in written
    assert '<p lang="ar" dir="rtl">كلام أبكم.</p>' in written


def test_a_summary_alone_is_followed_by_the_text_that_it_is_of() -> None:
    arabic = replace(summary(1), spec=spec(task="summarize", target="ar", max_source_tokens=99))
    written = report.html(page(run("وصل الوفد.\nعاد الوفد.", arabic)))
    assert '<a class="skip" href="#source">Skip to the source</a>' in written
    assert written.count('class="english"') == 0
    origin = 'From sentences <a href="#source-1">1</a>, <a href="#source-2">2</a>'
    assert f'<p class="origin" dir="ltr">{origin}</p>' in written
    assert '<tr role="row" id="source-2" class="body">' in written
    assert written.count('<table role="table" class="columns-1" dir="rtl"') == 2


def test_an_english_summary_of_an_english_model_stands_alone() -> None:
    english = replace(summary(1), spec=spec(task="summarize", target="en", max_source_tokens=99))
    read = Reader(report.html(page(run("وصل الوفد.\nعاد الوفد.", english, engine=English()))))
    assert "The delegation met in." in read.text["p"]


def test_the_title_is_that_of_the_file_where_it_has_one() -> None:
    assert "<h1" in (written := report.html(page(brief("قمة\nوصل الوفد."), title="قمة عمان")))
    assert '<h1 lang="ar" dir="rtl">قمة عمان</h1>\n<dl' in written
    assert "<title>a &lt;b&gt;.txt</title>" in report.html(page(run("وصل الوفد.", translator())))


@pytest.mark.parametrize(
    ("origin", "linked"),
    [('https://example.org/a?b=1&c="2', True), ("javascript:alert(1)", False), ("وكالة <b>", False)],
)
def test_only_addresses_of_the_web_become_links(origin: str, linked: bool) -> None:  # noqa: FBT001 - a table of cases
    read = Reader(report.html(page(brief("وصل الوفد."), origin=origin)))
    links = [attributes["href"] for tag, attributes in read.elements if tag == "a"]
    assert (origin in links) is linked
    assert origin in read.text["dd"]


@given(st.text(min_size=1).filter(lambda text: bool(text.strip())))
def test_no_text_of_a_document_becomes_an_element(text: str) -> None:
    known = Reader(report.html(page(brief("وصل الوفد. عاد."))))
    kinds = {tag for tag, _ in known.elements} | {"mark", "ul", "li", "strong", "span", "h3", "p", "bdi"}
    result = run(f"وصل {text}", replace(translator(), reads="document"))
    written = report.html(page(result, title=text, date=text, origin=text))
    written.encode("utf-8")
    read = Reader(written)
    assert {tag for tag, _ in read.elements} <= kinds
    assert not any(name.startswith("on") or name in {"style", "src"} for _, found in read.elements for name in found)


@given(st.lists(st.integers(min_value=0, max_value=30), unique=True).map(sorted))
def test_ranges_name_every_position_once(positions: list[int]) -> None:
    named: list[int] = []
    for part in ranges(positions).split(", ") if positions else []:
        first, _, last = part.partition("-")
        named += range(int(first) - 1, int(last or first))
    assert named == positions


# In a browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here to open the report in: apt-get install chromium")
    with Browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    result = with_findings(brief(SAMPLE.read_text("utf-8").replace("المنظمون", "أبكم", 1)))
    path.write_text(report.html(page(result, date="2026-03-01", origin="https://example.org/1")), "utf-8")
    return path


# Left, top and right edges of the sentences of every row, English and Arabic; the text's own edges, not the cell's.
EDGES = """[...document.querySelectorAll('#translation tbody tr')].map(row => ['.english', '.arabic'].map(side => {
  const sentence = row.querySelector(side).firstElementChild, range = document.createRange();
  range.selectNodeContents(sentence);
  const text = range.getBoundingClientRect(), box = sentence.getBoundingClientRect();
  return {top: box.top, left: text.left, right: text.right, boxRight: box.right, boxLeft: box.left, bottom: box.bottom,
          direction: getComputedStyle(sentence).direction, said: sentence.lang};
}))"""


def is_quiet(browser: Browser, path: Path) -> bool:
    return browser.requests == [path.as_uri()] and browser.complaints == []


def test_on_a_wide_screen_rows_are_level_and_each_language_runs_its_way(browser: Browser, sample: Path) -> None:
    browser.open(sample, width=1280)
    rows = browser.value(EDGES)
    assert len(rows) == 36
    for english, arabic in rows:
        assert abs(english["top"] - arabic["top"]) <= 2
        assert english["right"] <= arabic["left"]
        assert (english["direction"], arabic["direction"]) == ("ltr", "rtl")
        assert abs(english["left"] - english["boxLeft"]) <= 12  # inside the frame of a missing sentence
        assert abs(arabic["right"] - arabic["boxRight"]) <= 2
    assert browser.value("document.documentElement.scrollWidth <= innerWidth")
    assert is_quiet(browser, sample)


def test_on_a_narrow_screen_the_source_stands_under_its_translation(browser: Browser, sample: Path) -> None:
    browser.open(sample, width=390)
    for english, arabic in browser.value(EDGES):
        assert arabic["top"] >= english["bottom"]
        assert abs(english["boxLeft"] - arabic["boxLeft"]) <= 2
        assert abs(arabic["right"] - arabic["boxRight"]) <= 2
    assert browser.value("document.documentElement.scrollWidth <= innerWidth")
    assert is_quiet(browser, sample)


CONTRASTS = """(() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = element => {
    for (; element; element = element.parentElement) {
      const colour = numbers(getComputedStyle(element).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = {}, walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.data.trim()) continue;
    const element = walker.currentNode.parentElement;
    const [a, b] = [light(numbers(getComputedStyle(element).color)), light(behind(element))];
    found[element.tagName + '.' + element.className] = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }
  return found;
})()"""


@pytest.mark.parametrize(("scheme", "media"), [("light", "screen"), ("dark", "screen"), ("dark", "print")])
def test_every_text_stands_out_from_what_is_behind_it(browser: Browser, sample: Path, scheme: str, media: str) -> None:
    browser.open(sample, width=1280, scheme=scheme, media=media)
    at_rest = browser.value(CONTRASTS)
    browser.value("document.querySelector('#translation-4 a').focus()")
    focused = browser.value(CONTRASTS)
    assert {"MARK.fail", "MARK.warn", "STRONG.badge fail", "P.origin", "P.missing"} <= at_rest.keys()
    assert min(at_rest.items(), key=lambda item: item[1])[1] >= 4.5
    assert min(focused.items(), key=lambda item: item[1])[1] >= 4.5
    dark = browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 27)"
    assert dark is ((scheme, media) == ("dark", "screen"))


LIT = """[...document.querySelectorAll('#translation tbody tr')].filter(row => [...row.querySelectorAll('td')].every(
  cell => getComputedStyle(cell).backgroundColor !== 'rgba(0, 0, 0, 0)')).map(row => row.id)"""


def test_the_keyboard_and_the_mouse_light_a_sentence_in_both_languages(browser: Browser, sample: Path) -> None:
    browser.open(sample, width=1280)
    assert browser.value(LIT) == []
    browser("Input.dispatchKeyEvent", type="keyDown", key="Tab", windowsVirtualKeyCode=9)
    assert browser.value("document.activeElement.className") == "skip"
    assert browser.value("document.activeElement.getBoundingClientRect().left") >= 0
    browser.value("document.querySelector('#translation-3 a').focus()")
    assert browser.value(LIT) == ["translation-3"]
    browser.value("document.activeElement.blur()")
    place = browser.value("""(() => {
      const row = document.getElementById('translation-7');
      row.scrollIntoView({block: 'center'});
      const box = row.querySelector('.arabic').getBoundingClientRect();
      return {x: box.left + 9, y: box.top + 9};
    })()""")
    browser("Input.dispatchMouseEvent", type="mouseMoved", **place)
    assert browser.value(LIT) == ["translation-7"]


def test_a_screen_reader_is_told_languages_landmarks_headings_and_tables(browser: Browser, sample: Path) -> None:
    browser.open(sample, width=390)  # where the cells are stacked, which makes browsers forget what a table is
    nodes = browser("Accessibility.getFullAXTree")["nodes"]
    seen = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored")]
    roles = [role for role, _ in seen]
    assert {"main", "banner", "contentinfo"} <= set(roles)
    assert ("table", "Translation") in seen
    assert ("link", "Skip to the translation") in seen
    assert ("columnheader", "Arabic") in seen
    assert roles.count("row") == browser.value("document.querySelectorAll('tr').length")
    assert ("link", "Sentence 12") in seen
    levels = browser.value("[...document.querySelectorAll('h1,h2,h3')].map(heading => +heading.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    said = browser.value("[...document.querySelectorAll('td.arabic > *')].every(e => e.lang == 'ar' && e.dir == 'rtl')")
    assert said


def test_on_paper_no_row_is_split_and_every_finding_can_be_read(browser: Browser, sample: Path) -> None:
    browser.open(sample, width=680, scheme="dark", media="print")  # pixels of A4 between its margins
    for english, arabic in browser.value(EDGES):
        assert abs(english["top"] - arabic["top"]) <= 2
        assert english["right"] <= arabic["left"]
        assert english["bottom"] - english["top"] < 900  # a page
    assert browser.value("[...document.querySelectorAll('tr')].every(e => getComputedStyle(e).breakInside == 'avoid')")
    assert browser.value(
        "[...document.querySelectorAll('.remarks li')].every(e => e.getBoundingClientRect().height > 9)"
    )
    lines = browser.value("""['fail', 'warn', 'note'].map(kind =>
      getComputedStyle(document.querySelector(`mark.${kind}`)).textDecorationStyle)""")
    assert lines == ["double", "wavy", "dotted"]  # told apart without colours


def test_it_prints_on_a4(browser: Browser, sample: Path) -> None:
    browser.open(sample, width=1280)
    printed = browser.pdf()
    sizes = {(float(wide), float(high)) for wide, high in re.findall(rb"MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)}
    assert [(round(wide), round(high)) for wide, high in sizes] == [(595, 842)]  # points
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 12


def test_a_hostile_document_runs_nothing_and_asks_for_nothing(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    told = Finding("number", "fail", HOSTILE, ((0, 9),), ((0, 5),))
    result = with_findings(run(HOSTILE, translator()), (told,))
    written = report.html(page(result, title=HOSTILE, date=HOSTILE, origin=f"https://evil.example/{HOSTILE}"))
    path.write_text(written, "utf-8")
    browser.open(path, width=1280)
    assert is_quiet(browser, path)
    assert browser.value("document.querySelectorAll('script, img, iframe, base, form, svg').length") == 0
    assert browser.value("document.querySelectorAll('style').length") == 1
    assert len(browser.value(EDGES)) == 5


def test_the_policy_of_the_page_would_stop_what_escaping_missed(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "broken.html"
    hole = "<script>document.title = 'run'</script><img src=http://evil.example/a.png><style>p{color:red}</style>"
    written = report.html(page(brief("وصل الوفد."))).replace("<main>", f"<main>{hole}", 1)
    path.write_text(written, "utf-8")
    browser.open(path, width=1280)
    assert browser.requests == [path.as_uri(), "http://evil.example/a.png"]
    assert browser.stopped == ["csp"]
    assert browser.value("document.title") == "a <b>.txt"
    assert browser.value("getComputedStyle(document.querySelector('p')).color") != "rgb(255, 0, 0)"
    assert browser.complaints
