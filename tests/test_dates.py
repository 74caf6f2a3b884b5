import calendar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplosum.fidelity import dates
from diplosum.fidelity.dates import Mention

LEVANTINE = (
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
)
EGYPTIAN = (
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
)
MAGHREBI = (
    "جانفي",
    "فيفري",
    "مارس",
    "أفريل",
    "ماي",
    "جوان",
    "جويلية",
    "أوت",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
)
DAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")

months = st.integers(1, 12)
days = st.integers(0, 6)
styles = st.sampled_from([LEVANTINE, EGYPTIAN, MAGHREBI])


@settings(deadline=None)
@given(styles, months, months, st.integers(1, 28))
def test_a_month_is_the_same_in_every_style_and_no_other(
    names: tuple[str, ...], said: int, written: int, day: int
) -> None:
    source, output = (
        f"وصل الوفد في {day} {names[said - 1]} 2021.",
        f"It came on {day} {calendar.month_name[written]} 2021.",
    )
    findings = dates.check(source, output)
    assert [finding.severity for finding in findings] == ([] if said == written else ["fail"])


@settings(deadline=None)
@given(days, days)
def test_a_weekday_is_the_same_and_no_other(said: int, written: int) -> None:
    findings = dates.check(f"وصل الوفد يوم {DAYS[said]}.", f"The delegation came on {calendar.day_name[written]}.")
    assert [finding.severity for finding in findings] == ([] if said == written else ["fail"])


@settings(deadline=None)
@given(months, months, st.integers(13, 28))
def test_a_date_in_digits_answers_for_a_month(month: int, other: int, day: int) -> None:
    source = f"وصل الوفد في {day}/{month}/2021."
    assert dates.check(source, f"It came on {day} {calendar.month_name[month]} 2021.") == []
    assert bool(dates.check(source, f"It came on {day} {calendar.month_name[other]} 2021.")) == (month != other)


def test_a_month_in_two_styles_is_one_month() -> None:
    source = "انعقدت القمة في آذار/مارس 2022."
    assert dates.check(source, "The summit was held in March 2022.") == []
    (finding,) = dates.check(source, "The summit was held in May 2022.")
    assert finding.message == "the month «آذار» became “May”"
    assert source[slice(*finding.source[0])] == "آذار"


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("مارس الحزب ضغوطاً.", "The party exerted pressure."),
        ("قد تسير الأمور إلى الأفضل.", "Things may march on for the better."),
        ("تنتج الشركة سيارات نيسان.", "The company makes Nissan cars."),
        ("أدى المصلون صلاة الجمعة.", "Worshippers performed Friday prayers."),
        ("قال أحد الشهود إن أحداً لم يصب.", "One of the witnesses said nobody was hurt."),
        ("اتفق الاثنان معاً، وتوسط بين الاثنين وسيط.", "Both agreed, and a mediator stood between the two."),
        ("زار رمضان وشعبان المتحف.", "Ramadan and Shaaban visited the museum."),
        ("عشية ذكرى احتجاجات تشرين.", "On the eve of the anniversary of the October protests."),
        ("يجتمعون كل خميس.", "They gather every Thursday."),
        ("وصلت جون ألميدا.", "June Almeida arrived."),
    ],
)
def test_words_that_only_look_like_dates_are_none(source: str, output: str) -> None:
    assert dates.check(source, output) == []


@pytest.mark.parametrize(
    ("source", "output", "severity", "message"),
    [
        ("اجتمعوا يوم السبت.", "They met.", "warn", "the weekday «السبت» is missing"),
        ("اجتمعوا.", "They met on Saturday.", "warn", "the weekday “Saturday” is not in the source"),
        ("اجتمعوا في نوفمبر.", "They met.", "warn", "the month «نوفمبر» is missing"),
        ("اجتمعوا.", "They met in November.", "warn", "the month “November” is not in the source"),
        ("اجتمعوا في جمادى الأولى.", "They met in Rajab.", "fail", "the Hijri month «جمادى الأولى» became “Rajab”"),
        ("عُثر عليها عام 300 ق.م.", "It was found in 300.", "note", "the era «ق.م» is missing"),
        ("صدر عام 1442 هـ.", "It appeared in 1442 BC.", "fail", "the era «هـ» became “BC”"),
    ],
)
def test_what_is_lost_added_or_changed_is_named(source: str, output: str, severity: str, message: str) -> None:
    (finding,) = dates.check(source, output)
    assert (finding.severity, finding.message) == (severity, message)


@pytest.mark.parametrize(
    ("source", "mentions"),
    [
        ("في آذَار الماضي", [Mention("month", 3, (3, 8))]),
        ("وبأبريل", [Mention("month", 4, (2, 7))]),
        ("تشرين الثاني", [Mention("month", 11, (0, 12))]),
        ("لبنان وأبو ظبي", []),
    ],
)
def test_a_month_is_found_where_it_stands(source: str, mentions: list[Mention]) -> None:
    assert [mention for mention in dates.arabic(source) if mention.sure] == mentions
