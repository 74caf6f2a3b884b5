"""Names, source beside output. All sentences are made up for these tests; none is news."""

from pathlib import Path

import pytest

from diplosum.fidelity import names
from diplosum.finding import Finding

# Arabic, a faithful translation, a name in it, and another name that a decoder might have put there.
PAIRS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "names.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]

# Arabic, a translation that is free but right in its names.
FREE = [
    ("أكد الوزير أن بلاده ملتزمة بالاتفاق.", "The Minister stressed that his country was committed to the Agreement."),
    ("اجتمعت اللجنة العليا المشتركة أمس الإثنين.", "The Joint High Committee met yesterday, Monday."),
    ("وصل رئيس الوزراء في كانون الثاني الماضي.", "The Prime Minister arrived last January."),
    ("قال محمد إن الاجتماع كان مثمراً.", "Muhammad said the meeting was fruitful."),
    ("قال محمد إن الاجتماع كان مثمراً.", "Mohamed said the meeting was fruitful."),
    ("أعلن القذافي ذلك.", "Qadhafi announced that."),
    ("وللجعفري رأي آخر.", "Al Ja'fari has another opinion."),
    ("التقى عبد الله وفداً.", "Abdullah met a delegation."),
    ("التقى عبد الفتاح وفداً.", "Abdel Fattah met a delegation."),
    ("زار الوفد الولايات المتحدة.", "The delegation visited America."),
    ("زار الوفد الولايات المتحدة.", "The delegation visited the U.S."),
    ("اتهمت واشنطن بكين بالتجسس.", "Washington accused Beijing of spying."),
    ("نقلت قناة سي إن إن الخبر.", "CNN reported the news."),
    ("ذكرت بي بي سي أن المفاوضات توقفت.", "The BBC said the negotiations had stopped."),
    ("أطلقت شركة Tesla سيارة جديدة.", "Tesla launched a new car."),
    ("فاز الفريق بكأس العالم.", "The team won the World Cup."),
    ("اندلعت الحرب العالمية الثانية عام 1939.", "World War II broke out in 1939."),
    ("تحتفل الكنيسة بعيد الميلاد.", "The Church celebrates Christmas."),
    ("يصوم المسلمون في رمضان.", "Muslims fast in Ramadan."),
    ("صرح المتحدث باسم وزارة الخارجية بذلك.", "The spokesman of the Ministry of Foreign Affairs said so."),
    ("وُلد في القرن الخامس قبل الميلاد.", "He was born in the fifth century BC."),
    ("يدرس الطلاب القرآن الكريم.", "The students study the Holy Quran."),
    ("تدهور الوضع الإنساني.", "The humanitarian situation deteriorated."),
    ("هذا كل ما في الأمر.", "That is all."),
    ("بلغت الكلفة خمسة ملايين دولار أمريكي.", "The cost was $5 million."),
    ("ظلت دولة شيوعية.", "It remained a communist state."),
]

# Arabic, a translation with a name that the Arabic does not have, and that name.
INVENTED = [
    (
        "أكد الوزير أن المحادثات كانت إيجابية.",
        "The minister stressed to Lavrov that the talks were positive.",
        "Lavrov",
    ),
    ("قال المتحدث إن الاجتماع تأجل.", "The spokesman said the meeting in Geneva was postponed.", "Geneva"),
    ("ارتفع عدد الضحايا إلى عشرين.", "The number of victims in Pakistan rose to twenty.", "Pakistan"),
    ("أضاف أن الاتفاق سيوقع قريباً.", "He added that the agreement with Macron would be signed soon.", "Macron"),
    ("نفت الحكومة هذه الاتهامات.", "The Syrian government denied these accusations.", "Syrian"),
    ("عقد المؤتمر في الفندق.", "The conference was held at the Sheraton hotel in Nairobi.", "Nairobi"),
]

# Arabic, a translation that leaves a name out, and the Arabic word that it answers to.
VANISHED = [
    ("زار الوزير فرنسا وألمانيا هذا الأسبوع.", "The minister visited France this week.", "وألمانيا"),
    ("أعلنت أوكرانيا أن المفاوضات ستستأنف.", "It was announced that the negotiations would resume.", "أوكرانيا"),
    ("وصل الوفد إلى القاهرة قادماً من الخرطوم.", "The delegation arrived in Cairo.", "الخرطوم"),
    ("رفضت إيران الاقتراح الأمريكي.", "The American proposal was rejected.", "إيران"),
    ("قرر مجلس الأمن إرسال بعثة.", "It was decided to send a mission.", "مجلس الأمن"),
]


def grave(source: str, output: str) -> list[Finding]:
    return [finding for finding in names.check(source, output) if finding.severity != "note"]


@pytest.mark.parametrize(("source", "output"), [(pair[0], pair[1]) for pair in PAIRS] + FREE)
def test_a_name_that_is_there_is_no_finding(source: str, output: str) -> None:
    assert grave(source, output) == []


@pytest.mark.parametrize(("source", "output", "name", "other"), PAIRS)
def test_a_name_exchanged_for_another_is_found_and_shown(source: str, output: str, name: str, other: str) -> None:
    assert name in output
    wrong = output.replace(name, other)
    shown = " ".join(wrong[slice(*span)] for finding in grave(source, wrong) for span in finding.output)
    assert set(other.split()) & set(shown.split()) or any(finding.source for finding in grave(source, wrong))


@pytest.mark.parametrize(("source", "output", "name"), INVENTED)
def test_a_name_that_came_from_nowhere_is_found(source: str, output: str, name: str) -> None:
    findings = grave(source, output)
    assert [output[slice(*span)] for finding in findings for span in finding.output][-1] == name
    assert all(finding.kind == "name" for finding in findings)


@pytest.mark.parametrize(("source", "output", "word"), VANISHED)
def test_a_known_name_that_is_gone_is_found(source: str, output: str, word: str) -> None:
    findings = grave(source, output)
    assert [source[slice(*span)] for finding in findings for span in finding.source] == [word]
    assert [finding.message for finding in findings] == [f"«{word}» is missing"]


# Arabic, a translation that names the person, one that does not, and the name.
PERSONS = [
    (
        "قال إبراهيم الجعفري إن المشاورات ستطول.",
        "Ibrahim al-Jaafari said the consultations would be long.",
        "He said the consultations would be long.",
        "إبراهيم الجعفري",
    ),
    (
        "زار وزير الخارجية الروسي سيرغي لافروف المعرض.",
        "Russian Foreign Minister Sergei Lavrov visited the exhibition.",
        "The Russian foreign minister visited the exhibition.",
        "سيرغي لافروف",
    ),
    (
        "شكر المتحدث باسم الوزارة ناصر العويني الصحفيين.",
        "Ministry spokesman Nasser al-Uwaini thanked the journalists.",
        "The ministry spokesman thanked the journalists.",
        "ناصر العويني",
    ),
    ("سلّم الرئيس بوتين الجوائز.", "President Putin gave the prizes.", "The president gave the prizes.", "بوتين"),
    ("عاد عبد الفتاح إلى بيته.", "Abdel Fattah went home.", "He went home.", "عبد الفتاح"),
    ("وصلت الآنسة غريتنر مساء.", "Miss Gretner arrived in the evening.", "She arrived in the evening.", "غريتنر"),
]


@pytest.mark.parametrize(("source", "output", "without", "name"), PERSONS)
def test_a_person_who_is_named_no_more_is_found(source: str, output: str, without: str, name: str) -> None:
    assert names.check(source, output) == []
    assert [finding.message for finding in grave(source, without)] == [f"«{name}» is missing"]


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("أكد الوزير السابق أنه سعيد بالنتيجة.", "The former minister stressed that he was happy with the result."),
        ("غادر الرئيس الأميركي القاعة.", "The US president left the hall."),
        ("وصف الأمين العام الاجتماع بأنه مثمر.", "The secretary-general described the meeting as fruitful."),
        ("أعلن رئيس الوزراء استقالته.", "The prime minister announced his resignation."),
        ("كان الطقس جميل المنظر صباحاً.", "The weather was a beautiful sight in the morning."),
        ("قال محمد علي إنه سيعود، وأضاف محمد أنه متعب.", "Mohammed Ali said he would return; he was tired, he added."),
    ],
)
def test_an_office_an_adjective_or_a_pronoun_is_no_person_gone(source: str, output: str) -> None:
    assert names.check(source, output) == []


def test_a_person_gone_for_another_is_said_to_have_become_that() -> None:
    findings = grave("قال إبراهيم الجعفري ذلك.", "So said Kowalczyk.")
    assert [finding.message for finding in findings] == ["«إبراهيم الجعفري» became Kowalczyk"]


def test_one_country_for_another_fails() -> None:
    source, output = "وصل الوفد إلى العراق أمس.", "The delegation arrived in Iran yesterday."
    assert names.check(source, output) == [Finding("name", "fail", "«العراق» became Iran", ((14, 20),), ((26, 30),))]


def test_an_adjective_vouches_for_the_country_it_is_made_of() -> None:
    assert grave("دعت الحكومة العراقية إلى الحوار.", "Iraq's government called for dialogue.") == []


def test_an_abbreviation_may_hide_a_name() -> None:
    findings = names.check("أقرت اللجنة الاقتصادية لأوروبا الخطة.", "The ECE adopted the plan.")
    assert [(finding.severity, finding.message) for finding in findings] == [("note", "«لأوروبا» is missing")]


def test_an_abbreviation_that_nothing_stands_for_is_found() -> None:
    assert [finding.message for finding in grave("ارتفعت الأسعار أمس.", "FIFA prices rose yesterday.")] == [
        "FIFA has no counterpart in the Arabic"
    ]


def test_a_first_name_that_completes_another_is_only_noted() -> None:
    findings = names.check("وصل ترامب.", "Donald Trump arrived.")
    assert {finding.severity for finding in findings} <= {"note"}


def test_an_empty_output_loses_the_names_and_nothing_breaks() -> None:
    assert [finding.message for finding in names.check("وصل الوفد إلى بغداد.", "")] == ["«بغداد» is missing"]
    assert names.check("", "Lavrov arrived.") != []
    assert names.check("", "") == []
