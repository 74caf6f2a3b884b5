"""From arguments to decoded texts: what is found, how it is read, and every line that says why not."""

import codecs
import io
import os
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplosum.encoding import CODECS, detect, named
from diplosum.errors import ExitCode, InputError
from diplosum.source import Input, Source, expand, read

SENTENCES = [
    "وصل وزير الخارجية إلى العاصمة صباح الخميس في زيارة تستغرق يومين.",
    "وقال المتحدث باسم الحكومة إن المحادثات كانت صريحة ومثمرة، وإنها ستستأنف الأسبوع المقبل.",
    "هل يوقع الطرفان على الاتفاق قبل نهاية العام؟",
    "وأضاف أن ميزانية المشروع تبلغ 450 مليون دولار على مدى خمس سنوات.",
    "رحبت الأمم المتحدة بإعلان وقف إطلاق النار؛ ودعت إلى فتح الممرات أمام قوافل الإغاثة.",
    "شهدت أسواق الطاقة تراجعا ملحوظا بعد قرار زيادة الإنتاج.",
    "نظراً لأهمية الملف، شُكّلت لجنة مشتركة برئاسة نائب الوزير.",
    "ولم تصدر عن الوفد المفاوض أي تعليقات حتى ساعة متأخرة من الليل.",
    "تضم القائمة أسماء عشرين مؤسسة تعمل في مجال التعليم والصحة.",
    "أكد السفير حرص بلاده على تعزيز التعاون الثقافي بين الشعبين.",
    "غادر الرئيس مطار المدينة متوجها إلى القمة التي تعقد غدا.",
    "وفي سياق متصل، أغلقت السلطات ثلاثة معابر حدودية بسبب الفيضانات.",
]
ARTICLE = "\n".join(SENTENCES)
VOCALISED = "وَصَلَ الوَزِيرُ إِلَى العَاصِمَةِ أَمْسِ، وَبَحَثَ مَعَ نَظِيرِهِ تَعْزِيزَ التَّعَاوُنِ بَيْنَ البَلَدَيْنِ."
PERSIAN = "وزير امور خارجه ديروز وارد پايتخت شد و با همتاى خود درباره چند پيشنهاد گفتگو کرد."
URDU = "وزیر خارجہ گزشتہ روز دارالحکومت پہنچے اور اپنے ہم منصب سے ٹیلی فون پر گفتگو کی۔"
SAVE_AS_TEXT = "  open {file} in the program that made it and save it as plain text (UTF-8)"
RECOGNISE = "  its text has to be recognised first: tesseract {file} article -l ara"
SINGLE_BYTE = {"Windows-1256": "MacArabic", "ISO-8859-6": "Windows-1256", "MacArabic": "Windows-1256"}  # and next best


def written(folder: Path, data: bytes, name: str = "article.txt") -> Input:
    path = folder / name
    path.write_bytes(data)
    (found,) = expand([str(path)])
    return found


def from_pipe(data: bytes, encoding: str | None = None) -> Source:
    (found,) = expand([])
    return read(found, encoding, io.BytesIO(data))


def refusal(found: Input, encoding: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read(found, encoding)
    assert caught.value.exit_code == ExitCode.INPUT
    where = f"{found.path}: "
    return str(caught.value).replace(where, f"{found.relative.name}: ", 1)


def names(folder: Path, *arguments: str) -> list[str]:
    return [str(found.relative) for found in expand(arguments or [str(folder)])]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.txt", "notes.log", ".hidden.txt", "c/z.TXT", "c/d/e.txt", ".git/x.txt", "a/y.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(ARTICLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter, unlike ``tmp_path``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Permissions do not stop root, so what stands under this runs as somebody else where root started the tests."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


# What is found


@pytest.mark.parametrize("arguments", [[], ["-"], ["-", "-"]])
def test_no_argument_and_a_dash_mean_standard_input_once(arguments: list[str]) -> None:
    assert list(expand(arguments)) == [Input(None, "standard input", Path("standard-input"))]


def test_arguments_keep_their_order_and_need_not_exist(tmp_path: Path) -> None:
    arguments = [str(tmp_path / "z.txt"), "-", str(tmp_path / "gone.md"), str(tmp_path / "a.txt")]
    assert [found.name for found in expand(arguments)] == [arguments[0], "standard input", *arguments[2:]]


def test_a_folder_gives_its_text_files_sorted_without_hidden_ones(library: Path) -> None:
    expected = ["a/y.txt", "a.txt", "b.txt", "c/d/e.txt", "c/z.TXT"]
    assert names(library) == expected
    assert [found.name for found in expand([str(library)])] == [str(library / name) for name in expected]


def test_a_file_named_by_itself_may_be_hidden_and_of_any_suffix(library: Path) -> None:
    found = list(expand([str(library / ".hidden.txt"), str(library / "notes.log")]))
    assert [read(one).text for one in found] == [ARTICLE, ARTICLE]


def test_a_file_reached_twice_is_read_once(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (library / "link.txt").symlink_to(library / "b.txt")
    monkeypatch.chdir(library)
    assert names(library, "b.txt", "./b.txt", str(library), "c/../b.txt") == [
        "b.txt",
        "a/y.txt",
        "a.txt",
        "c/d/e.txt",
        "c/z.TXT",
    ]


def test_a_linked_folder_inside_a_folder_is_not_followed(library: Path) -> None:
    (library / "again").symlink_to(library)
    assert names(library) == ["a/y.txt", "a.txt", "b.txt", "c/d/e.txt", "c/z.TXT"]


def test_a_linked_folder_named_by_the_user_is_followed(library: Path) -> None:
    (library / "again").symlink_to(library / "c")
    assert names(library, str(library / "again")) == ["d/e.txt", "z.TXT"]


def test_a_named_pipe_inside_a_folder_is_left_out(library: Path) -> None:
    os.mkfifo(library / "pipe.txt")
    assert "pipe.txt" not in names(library)


def test_no_two_outputs_would_overwrite_each_other(tmp_path: Path) -> None:
    for name in ("one/a.txt", "two/a.txt", "two/a-2.txt", "three/A.TXT", "three/a.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(ARTICLE, encoding="utf-8")
    arguments = [str(tmp_path / name) for name in ("one", "two", "three", "three/a.md")]
    assert names(tmp_path, *arguments) == ["a.txt", "a-2.txt", "a-3.txt", "A-4.TXT", "a-5.md"]


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    inputs = expand([str(tmp_path / "a.txt"), str(tmp_path)])
    next(inputs)
    (tmp_path / "late.txt").write_text(ARTICLE, encoding="utf-8")
    assert [found.relative.name for found in inputs] == ["late.txt"]


def test_one_bad_input_does_not_stop_the_others(library: Path) -> None:
    (library / "b.txt").write_bytes(b"")
    told = []
    for found in expand([str(library / "gone"), str(library), "-"]):
        try:
            told.append(read(found, stdin=io.BytesIO(SENTENCES[0].encode())).name)
        except InputError as error:
            told.append(error.message)
    assert told == [
        "no such file",
        *(str(library / name) for name in ("a/y.txt", "a.txt")),
        "is empty",
        *(str(library / name) for name in ("c/d/e.txt", "c/z.TXT")),
        "standard input",
    ]


def test_a_name_that_cannot_be_printed_is_spelt_out(tmp_path: Path) -> None:
    path = os.fsdecode(bytes(tmp_path) + b"/\xe9\x1b[31m\n.txt")
    Path(path).write_text(ARTICLE, encoding="utf-8")
    (found,) = expand([path])
    assert found.name == f"{tmp_path}/\\udce9\\x1b[31m\\n.txt"
    assert read(found).text == ARTICLE


def test_an_arabic_name_stays_as_it_is(tmp_path: Path) -> None:
    assert written(tmp_path, ARTICLE.encode(), "مقال أول.txt").name == str(tmp_path / "مقال أول.txt")


# What cannot be read


def test_a_missing_file_is_refused_with_near_names(library: Path) -> None:
    (found,) = expand([str(library / "note.log")])
    assert refusal(found) == f"note.log: no such file\n  did you mean {library / 'notes.log'}?"


def test_a_missing_file_without_near_names_is_refused_with_a_look_at_the_folder(library: Path) -> None:
    (found,) = expand([str(library / "quarterly.pdf")])
    assert refusal(found) == f"quarterly.pdf: no such file\n  see what is there with: ls {library}"


@pytest.mark.parametrize("parent", ["nowhere", "a.txt"])
def test_a_file_in_a_missing_folder_is_refused(library: Path, parent: str) -> None:
    (found,) = expand([str(library / parent / "x.txt")])
    assert refusal(found) == f"x.txt: no such file\n  there is no folder {library / parent}"


def test_a_link_to_nowhere_is_refused_and_not_suggested(tmp_path: Path) -> None:
    (tmp_path / "article.txt").symlink_to(tmp_path / "gone")
    (found,) = expand([str(tmp_path)])
    assert refusal(found) == f"article.txt: is a link to a file that is gone\n  see what is there with: ls {tmp_path}"


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    (found,) = expand([str(tmp_path / "a.txt")])
    assert refusal(found) == (
        f"a.txt: cannot be read: too many levels of symbolic links\n  look at it with: ls -ld {found.path}"
    )


def test_a_file_without_permission_is_refused(open_folder: Path) -> None:
    found = written(open_folder, ARTICLE.encode(), "my article.txt")
    (open_folder / "my article.txt").chmod(0o000)
    with ordinary_user():
        message = refusal(found)
    assert message.startswith("my article.txt: cannot be read: permission denied\n  look at it with: ls -ld '")


def test_a_folder_that_cannot_be_listed_is_refused_and_the_files_beside_it_are_read(open_folder: Path) -> None:
    written(open_folder, ARTICLE.encode(), "z.txt")
    (open_folder / "closed").mkdir(mode=0o000)
    with ordinary_user():
        closed, article = expand([str(open_folder)])
        message = refusal(closed)
        assert read(article).text == ARTICLE
        (alone,) = expand([str(open_folder / "closed")])
        assert refusal(alone) == message
    assert message.startswith("closed: cannot be read: permission denied\n  look at it with: ls -ld ")


@pytest.mark.usefixtures("library")
def test_a_folder_without_text_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c" / "d" / "e.txt").unlink()
    (found,) = expand([str(tmp_path / "c" / "d")])
    assert refusal(found) == (
        "d: is a folder without texts (*.txt, *.pdf, *.epub, *.docx, *.odt, *.html, *.htm, "
        "*.xhtml, *.md, *.markdown, *.srt, *.vtt; hidden ones do not count)\n"
        "  name the files themselves, or another folder"
    )


def test_an_empty_name_is_refused_and_not_taken_for_the_current_folder() -> None:
    (found,) = expand([""])
    assert refusal(found) == "a file name is empty\n  name a file, a folder, or - for standard input"


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (
            b"PK\x03\x04\x14\0notes.txt",
            f"is a ZIP archive and no DOCX, ODT or EPUB, not text\n{SAVE_AS_TEXT}",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0",
            f"is an old Office document, not text\n{SAVE_AS_TEXT}",
        ),
        (
            b"{\\rtf1\\ansi \\'e6\\'d5\\'e1}",
            f"is an RTF document, not text\n{SAVE_AS_TEXT}",
        ),
        (b"\x1f\x8b\x08\0", "is a gzip archive, not text\n  unpack it first: gunzip {file}"),
        (
            b"\x89PNG\r\n\x1a\n",
            f"is a PNG image, not text\n{RECOGNISE}",
        ),
        (
            b"\xff\xd8\xff\xe0\0\x10JFIF",
            f"is a JPEG image, not text\n{RECOGNISE}",
        ),
        (
            b"GIF89a\1\0",
            f"is a GIF image, not text\n{RECOGNISE}",
        ),
    ],
)
def test_a_known_format_is_refused_by_its_name(tmp_path: Path, start: bytes, message: str) -> None:
    found = written(tmp_path, start)
    assert refusal(found) == f"article.txt: {message.format(file=found.path)}"
    with pytest.raises(InputError) as caught:
        from_pipe(start)
    assert str(caught.value) == f"standard input: {message.format(file='FILE')}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty\n  check the program that wrote it"),
        (codecs.BOM_UTF8, "is empty\n  check the program that wrote it"),
        (b" \r\n\t \n", "holds nothing but white space\n  check the program that wrote it"),
        (
            ARTICLE.encode() + b"\0",
            "is binary, not text\n  diplosum reads plain text: save the article as a .txt file in UTF-8",
        ),
        (
            b"\x7fELF\2\1\1\0\xc7\xe1\xd3\0" * 40,
            "is binary, not text\n  diplosum reads plain text: save the article as a .txt file in UTF-8",
        ),
    ],
)
def test_what_holds_no_text_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    assert refusal(written(tmp_path, data)) == f"article.txt: {message}"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("The minister arrived, said café owners.", "it seems to be in Latin script"),
        ("Министр прибыл в столицу (capital).", "it seems to be in Cyrillic script"),
        ("שר החוץ הגיע לבירה", "it seems to be in Hebrew script"),
        ("外交部长抵达首都", "it seems to be in CJK script"),
        ("2024: 17 + 4 = ٢١ …", "it has no letters at all"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_without_arabic_letters_is_refused_by_its_script(
    tmp_path: Path, text: str, script: str, encoding: str
) -> None:
    assert refusal(written(tmp_path, text.encode(encoding))) == (
        f"article.txt: has no Arabic letters: {script}\n"
        "  diplosum reads Arabic; if this should be Arabic, it was once saved in a wrong encoding"
    )


RUSSIAN = "Министр иностранных дел прибыл вчера в столицу и провёл переговоры о сотрудничестве в области энергетики."
GREEK = "Ο υπουργός Εξωτερικών έφτασε χθες στην πρωτεύουσα για συνομιλίες με τον ομόλογό του για την ενέργεια."
HEBREW = "שר החוץ הגיע אתמול לבירה ונפגש עם עמיתו לשיחות על שיתוף פעולה בין שתי המדינות."
THAI = "นายกรัฐมนตรีกล่าวว่ารัฐบาลจะดำเนินการตามแผนเศรษฐกิจในปีหน้า"
CHINESE = "外交部长昨天抵达首都,与他的同行就两国能源合作举行会谈。双方同意加强联系。"
JAPANESE = "外務大臣は昨日首都に到着し、両国の協力について会談を行った。"
KOREAN = "외무장관이 어제 수도에 도착하여 양국 협력에 관한 회담을 가졌다."
FRENCH = "Le ministre a été reçu à la capitale où il était arrivé. « Très bien », dit-il — l’accord créé est prêt…"
ITALIAN = "«È vero», disse il ministro; «perché è così?» E più tardi: «è» e «sarà»."
TURKISH = "Dışişleri Bakanı dün başkentte görüşmelerde bulundu ve işbirliğini geliştirmeyi öngördü."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((RUSSIAN, encoding) for encoding in ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")),
        (RUSSIAN.upper(), "cp1251"),
        *((GREEK, encoding) for encoding in ("cp1253", "iso8859-7", "mac-greek")),
        *((HEBREW, encoding) for encoding in ("cp1255", "iso8859-8")),
        (THAI, "cp874"),
        *((CHINESE, encoding) for encoding in ("gb18030", "big5")),
        *((JAPANESE, encoding) for encoding in ("euc-jp", "shift-jis")),
        (KOREAN, "euc-kr"),
        *((FRENCH, encoding) for encoding in ("cp1252", "mac-roman")),
        *((ITALIAN, encoding) for encoding in ("cp1252", "mac-roman")),
        (TURKISH, "cp1254"),
        (SENTENCES[0], "cp720"),
    ],
)
def test_other_languages_and_unknown_encodings_are_not_taken_for_arabic(
    tmp_path: Path, text: str, encoding: str
) -> None:
    assert refusal(written(tmp_path, text.encode(encoding, "ignore"))) == (
        "article.txt: is not UTF-8 and does not read as Arabic in Windows-1256, ISO-8859-6 or MacArabic\n"
        "  if it is Arabic, name its encoding, for example: --encoding cp720"
    )


def test_noise_is_not_taken_for_arabic() -> None:
    noise = bytes(byte for seed in range(4000) if (byte := seed * seed * 7919 // 64 % 256))
    with pytest.raises(InputError, match="does not read as Arabic"):
        from_pipe(noise)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (ARTICLE.encode()[:-2], f"is damaged UTF-8: byte 0xD8 at offset {len(ARTICLE.encode()) - 3:,}"),
        (SENTENCES[0].encode() + b" \xc7\xe1 " + ARTICLE.encode(), "is damaged UTF-8: byte 0xC7 at offset 118"),
        (codecs.BOM_UTF8 + b"abc \xff", "is damaged UTF-8: byte 0xFF at offset 7"),
        (("س" + ARTICLE).encode("utf-16") + b"\n", f"is damaged UTF-16: byte 0x0A at offset {2 * len(ARTICLE) + 4:,}"),
        (ARTICLE.encode("utf-16-be") + b"\n", f"is damaged UTF-16: byte 0x0A at offset {2 * len(ARTICLE):,}"),
    ],
)
def test_a_damaged_text_is_refused_with_the_place_of_the_damage(tmp_path: Path, data: bytes, message: str) -> None:
    expected = f"article.txt: {message}\n  fetch or save it again: a part of it is broken or missing"
    assert refusal(written(tmp_path, data)) == expected


def test_no_error_keeps_the_bytes_in_memory(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(written(tmp_path, ARTICLE.encode()[:-2]))
    assert caught.value.__context__ is None


def test_a_terminal_with_nothing_piped_in_is_refused() -> None:
    controller, terminal = os.openpty()
    with os.fdopen(controller, "wb", buffering=0), os.fdopen(terminal, "rb", buffering=0) as keyboard:
        (found,) = expand([])
        with pytest.raises(InputError) as caught:
            read(found, stdin=io.BufferedReader(keyboard))
    assert str(caught.value) == "standard input: nothing was piped in\n  name a file or a folder, or pipe a text in"


def test_a_closed_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)  # what Python itself does for <&-
    (found,) = expand(["-"])
    with pytest.raises(InputError, match="nothing was piped in"):
        read(found)


def test_the_standard_input_of_the_process_is_read_where_no_other_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ARTICLE.encode("cp1256")), encoding="ascii"))
    (found,) = expand(["-"])
    assert read(found) == Source(
        "standard input",
        ARTICLE,
        "Windows-1256",
        "Windows-1256, because it is not UTF-8 and reads as Arabic in Windows-1256 (next best: MacArabic)",
    )


# The encoding that a user names


@pytest.mark.parametrize(
    ("name", "encoding", "codec"),
    [
        *((name, name, codec) for name, codec in CODECS.items()),
        ("windows-1256", "Windows-1256", "cp1256"),
        ("CP1256", "Windows-1256", "cp1256"),
        ("macarabic", "MacArabic", "mac-arabic"),
        ("mac_arabic", "MacArabic", "mac-arabic"),
        ("arabic", "ISO-8859-6", "iso8859-6"),
        ("utf8", "UTF-8", "utf-8"),
        ("cp720", "cp720", "cp720"),
    ],
)
def test_an_encoding_is_known_by_all_its_names(name: str, encoding: str, codec: str) -> None:
    reading = named(name)
    assert (reading.encoding, reading.codec) == (encoding, codec)
    assert reading.reason == f"{encoding}, given by --encoding"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("windows-1265", "unknown encoding 'windows-1265'\n  did you mean --encoding Windows-1256?"),
        ("MacArab", "unknown encoding 'MacArab'\n  did you mean --encoding MacArabic?"),
        ("iso_8859_66", "unknown encoding 'iso_8859_66'\n  did you mean --encoding ISO-8859-6?"),
        ("macgreeek", "unknown encoding 'macgreeek'\n  did you mean --encoding macgreek?"),
        (
            "klingon",
            "unknown encoding 'klingon'\n  known are UTF-8, UTF-16, UTF-32, Windows-1256, ISO-8859-6, MacArabic and ",
        ),
        ("عربي", None),
        ("", None),
        ("hex", None),
        ("unicode_escape", None),
        ("utf-7", None),
        ("a\0b", None),
    ],
)
def test_an_unknown_encoding_is_refused_with_a_near_name(name: str, message: str | None) -> None:
    with pytest.raises(InputError) as caught:
        from_pipe(ARTICLE.encode(), name)
    assert str(caught.value).startswith(message or f"unknown encoding {name!r}\n")


@pytest.mark.parametrize("encoding", ["cp720", "windows-1256", "utf-8", "utf-16", "utf-32", "mac_arabic"])
def test_the_named_encoding_is_used(encoding: str) -> None:
    text = SENTENCES[0]
    source = from_pipe(text.encode(encoding), encoding)
    assert source == Source("standard input", text, named(encoding).encoding, named(encoding).reason)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_the_named_encoding_may_be_marked_too(encoding: str) -> None:
    assert from_pipe(("\ufeff" + ARTICLE).encode(encoding), encoding).text == ARTICLE


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (ARTICLE.encode("cp1256"), "utf-8", "cannot be read as UTF-8: byte 0xE6 at offset 0"),
        (b"abc " + ARTICLE.encode(), "ISO-8859-6", "cannot be read as ISO-8859-6: byte 0xB5 at offset 7"),
        (ARTICLE.encode("utf-16")[:101], "utf-16", "cannot be read as UTF-16: byte 0x29 at offset 100"),
        (ARTICLE.encode("utf-16-le"), "iso-8859-1", "is binary, not text"),
        (ARTICLE.encode("cp1256"), "cp1252", "has no Arabic letters: it seems to be in Latin script"),
    ],
)
def test_a_wrong_encoding_is_refused_with_the_place(data: bytes, encoding: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        from_pipe(data, encoding)
    assert str(caught.value) == (f"standard input: {message}\n  leave out --encoding to have the encoding detected")


# The encoding that is detected


@pytest.mark.parametrize(
    ("codec", "encoding", "reason"),
    [
        ("utf-8", "UTF-8", "UTF-8"),
        ("utf-8-sig", "UTF-8", "UTF-8 by its byte order mark"),
        ("utf-16", "UTF-16", "UTF-16 by its byte order mark"),
        ("utf-32", "UTF-32", "UTF-32 by its byte order mark"),
        ("utf-16-le", "UTF-16", "UTF-16, because it reads as text in little-endian UTF-16"),
        ("utf-16-be", "UTF-16", "UTF-16, because it reads as text in big-endian UTF-16"),
        *(
            (CODECS[name], name, f"{name}, because it is not UTF-8 and reads as Arabic in {name} (next best: {rival})")
            for name, rival in SINGLE_BYTE.items()
        ),
    ],
)
def test_an_article_reads_back_from_every_encoding_with_the_reason(
    tmp_path: Path, codec: str, encoding: str, reason: str
) -> None:
    found = written(tmp_path, ARTICLE.encode(codec))
    assert read(found) == Source(found.name, ARTICLE, encoding, reason)


@pytest.mark.parametrize(("codec", "encoding"), [("utf-16-be", "UTF-16"), ("utf-32-be", "UTF-32")])
def test_big_endian_byte_order_marks_are_known(codec: str, encoding: str) -> None:
    source = from_pipe(("\ufeff" + ARTICLE).encode(codec))
    assert (source.text, source.reason) == (ARTICLE, f"{encoding} by its byte order mark")


def test_only_the_byte_order_mark_is_removed() -> None:
    assert from_pipe(("\ufeff\ufeff" + ARTICLE).encode()).text == "\ufeff" + ARTICLE


ENDINGS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", " "])
SEVERAL = st.lists(st.tuples(st.sampled_from(SENTENCES), ENDINGS), min_size=1, max_size=20)


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256", "iso8859-6", "mac-arabic"]
)
@settings(max_examples=60, deadline=None)
@given(SEVERAL)
def test_any_sentences_with_any_line_ends_read_back_exactly(codec: str, parts: list[tuple[str, str]]) -> None:
    text = "".join(sentence + ending for sentence, ending in parts)
    assert from_pipe(text.encode(codec)).text == text


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_with_arabic_reads_back_exactly_from_utf_8(text: str) -> None:
    assert from_pipe((text + "سلام").encode()).text == (text + "سلام").removeprefix("\ufeff")


@settings(max_examples=300, deadline=None)
@given(st.binary(), st.sampled_from([b"", ARTICLE.encode(), ARTICLE.encode("cp1256"), ARTICLE.encode("utf-16-le")]))
def test_any_bytes_are_either_read_strictly_or_refused(data: bytes, before: bytes) -> None:
    try:
        source = from_pipe(before + data)
    except InputError as error:
        assert error.hint  # noqa: PT017 - both outcomes are right
    else:
        assert not any("\ud800" <= character <= "\udfff" or character == "\0" for character in source.text)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("codec", ["cp1256", "iso8859-6", "mac-arabic", "utf-16-le", "utf-16-be"])
def test_five_words_are_enough(codec: str, sentence: str) -> None:
    words = " ".join(sentence.split()[:5])
    assert from_pipe(words.encode(codec)).text == words


@pytest.mark.parametrize("encoding", SINGLE_BYTE)
def test_vocalised_text_is_detected(encoding: str) -> None:
    source = from_pipe(VOCALISED.encode(CODECS[encoding]))
    assert (source.text, source.encoding) == (VOCALISED, encoding)


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "cp1256", "mac-arabic"])
def test_persian_is_read_and_left_to_others_to_judge(codec: str) -> None:
    text = PERSIAN.replace("ک", "ك") if codec == "mac-arabic" else PERSIAN
    assert from_pipe(text.encode(codec)).text == text
    assert from_pipe(URDU.encode()).text == URDU


def test_a_doubtful_guess_says_so_and_names_the_other() -> None:
    assert from_pipe("شهدت مدارس".encode("cp1256")) == Source(
        "standard input",
        "شهدت مدارس",
        "Windows-1256",
        "Windows-1256, because it is not UTF-8 and reads as Arabic in Windows-1256 (next best: ISO-8859-6)"
        "; this is uncertain: if the text looks wrong, try --encoding ISO-8859-6",
    )


def test_bytes_that_read_alike_in_all_encodings_are_no_matter_of_doubt() -> None:
    assert from_pipe("درس بارد".encode("cp1256")) == Source(
        "standard input",
        "درس بارد",
        "Windows-1256",
        "Windows-1256, because it is not UTF-8 and reads as Arabic in Windows-1256",
    )


def test_a_byte_that_iso_8859_6_lacks_behind_the_sample_leads_to_mac_arabic() -> None:
    text = f"{ARTICLE}\n" * 200
    source = from_pipe(text.encode("iso8859-6") + "١٢".encode("mac-arabic"))
    assert (source.encoding, source.text) == ("MacArabic", text + "١٢")


@pytest.mark.parametrize("codec", ["cp1256", "iso8859-6", "mac-arabic", "utf-8"])
def test_arabic_behind_a_long_stretch_of_ascii_is_detected(codec: str) -> None:
    preface = "An English preface, with figures 1-9.\n" * 30_000
    assert from_pipe(preface.encode() + ARTICLE.encode(codec)).text == preface + ARTICLE


@pytest.mark.parametrize("preface", ["", "x"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_character_across_the_edge_of_the_sample_is_no_matter(codec: str, preface: str) -> None:
    text = preface + "س😀" * 20_000
    assert from_pipe(text.encode(codec)).text == text


def test_a_single_control_character_does_not_make_utf_16_of_utf_8() -> None:
    assert from_pipe((ARTICLE + "\x06").encode()).reason == "UTF-8"


@pytest.mark.parametrize("codec", ["utf-8", "cp1256", "utf-16-le"])
def test_memory_stays_a_small_multiple_of_the_file(tmp_path: Path, codec: str) -> None:
    data = f"{ARTICLE}\n".encode(codec) * 2000
    found = written(tmp_path, data)
    size = len(data)
    del data
    tracemalloc.start()
    try:
        text = read(found).text
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert text.startswith(SENTENCES[0])
    assert peak < 5 * size


def test_detection_goes_no_further_than_it_is_asked() -> None:
    assert next(detect(b"\xff")).encoding == "UTF-8"
