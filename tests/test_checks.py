from diplosum import checks


def test_a_source_without_arabic_is_not_checked() -> None:
    assert checks.compare("no no no", "no no no no no no no") == []


def test_a_loop_fails() -> None:
    found = checks.compare("وصل الوزير.", "the minister the minister the minister the minister")
    assert {(finding.kind, finding.severity) for finding in found} >= {("loop", "fail")}
