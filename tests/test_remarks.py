from diplosum.answer import Answer, Mark
from diplosum.finding import Finding, Severity
from diplosum.remarks import MOST, listed, remarks, sign
from diplosum.result import Output


def output(*findings: Finding, marks: tuple[Mark, ...] = (), paragraph: int = 4) -> Output:
    return Output(Answer("text", -1.0, marks), (0,), paragraph, findings)


def found(severity: Severity, message: str = "«90» became “95”") -> Finding:
    return Finding("number", severity, message)


def test_a_remark_says_where_and_what() -> None:
    marked = output(
        found("fail"), marks=(Mark("kept", "as it is"), Mark("retried", "in vain"), Mark("cut", "read in 2 parts"))
    )
    assert [str(remark) for remark in remarks(marked)] == [
        "paragraph 5: read in 2 parts",
        "paragraph 5: number: «90» became “95”",
    ]
    assert str(next(remarks(marked, "Summary (Arabic)"))) == "Summary (Arabic), paragraph 5: read in 2 parts"


def test_the_sign_in_the_margin_is_that_of_the_gravest() -> None:
    assert sign([output(), output(found("note"))]) is None
    assert sign([output(found("warn")), output(found("note"))]) == ("!", "warn")
    assert sign([output(found("warn"), found("fail"))]) == ("✗", "fail")
    assert sign([output(marks=(Mark("empty", "the model wrote nothing"),))]) == ("✗", "fail")
    assert sign([output(marks=(Mark("kept", "as it is"),))]) is None


def test_a_long_list_has_the_gravest_in_order_and_counts_the_rest() -> None:
    warnings = [output(found("warn", f"warning {number}"), paragraph=number) for number in range(MOST)]
    outputs = [*warnings, output(found("fail"), found("note"), paragraph=MOST)]
    every = [remark for one in outputs for remark in remarks(one)]
    kept, rest = listed(every, everything=False)
    assert [remark.paragraph for remark in kept] == [*range(1, MOST), MOST + 1]
    assert rest == "and 1 doubtful, 1 of little weight (--verbose lists them)"
    assert listed(every, everything=True) == (every, "")


def test_of_notes_there_is_only_a_count() -> None:
    every = list(remarks(output(found("note"), found("note"))))
    assert listed(every, everything=False) == ([], "and 2 of little weight (--verbose lists them)")
    assert listed([], everything=False) == ([], "")
