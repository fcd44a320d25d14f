"""The board's pages over a real read model: what is shown, to whom, and what is refused."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import build
import pytest
from conftest import Servers
from readmodel import Reader, Readers, reporting

from policy_credit_reporting.board.addresses import PAGES
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_shared.events.collection import LoanFellOverdue, PrincipalFellOverdue
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.units import NATION, main_localities, units_before_reform

OFFICE, PROVINCE = "587", "58"
COMMUNES = [unit for unit in units_before_reform().children(OFFICE)]
BAD, GOOD = COMMUNES[:2]
M = 1_000_000
PATHS = [
    *(f"/units/{OFFICE}{'/' if page else ''}{page}" for page in PAGES),
    f"/units/{OFFICE}/figures/overdue_ratio",
    f"/units/{OFFICE}/figures/disbursed",
    f"/units/{BAD.code}",
    f"/units/{NATION}",
]


def history() -> Iterator[PublicEvent]:
    for commune, loans in ((BAD, 3), (GOOD, 5)):
        where = {"office": OFFICE, "locality": main_localities()[commune.code]}
        for number in range(loans):
            name = f"{commune.code} {number}"
            about = where | {
                "loan": build.some_id(f"loan {name}"),
                "household": build.some_id(f"household {name}"),
            }
            lent = build.loan_disbursed(amount=40 * M, **about)
            yield lent
            if commune is BAD and number == 0:
                kept = {name: getattr(lent, name) for name in LoanFellOverdue.__struct_fields__}
                yield PrincipalFellOverdue(amount=5 * M, **kept)
                yield LoanFellOverdue(**kept)


@pytest.fixture(scope="module")
def readers(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    keys = tmp_path_factory.mktemp("keys")
    with reporting(servers, keys, ALGEBRA, [*history()]) as readers:
        yield readers


@pytest.fixture
def leader(readers: Readers) -> Reader:
    return readers.of(NATION)


def text_of(reader: Reader, path: str) -> str:
    answer = reader.page(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def test_a_unit_is_shown_with_its_figures_the_one_above_and_where_to_look(leader: Reader) -> None:
    text = text_of(leader, f"/units/{OFFICE}")
    assert "320 triệu đồng" in text
    assert "1,56 % — tỉnh 1,56 %" in text
    assert "5 triệu đồng nợ quá hạn, 100,00 % của tất cả" in text


def test_the_exact_dong_stands_beside_every_figure(leader: Reader) -> None:
    assert 'title="320.000.000 đồng"' in leader.page(f"/units/{OFFICE}").text
    assert 'title="5.000.000 đồng ÷ 320.000.000 đồng"' in leader.page(f"/units/{OFFICE}").text


def test_english_readers_read_english_numbers(leader: Reader) -> None:
    text = text_of(leader, f"/units/{OFFICE}?lang=en")
    assert "320 million dong" in text
    assert "1.56 % — province 1.56 %" in text


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_there_in_both_languages_and_lets_in_nothing_from_elsewhere(
    leader: Reader, path: str, lang: str
) -> None:
    answer = leader.page(f"{path}?lang={lang}")
    assert answer.status_code == 200, answer.text
    assert f'<html lang="{lang}">' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", answer.text)
    assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son[a-z]+=", answer.text)
    assert answer.headers["cache-control"] == "no-store"


def test_a_day_before_all_lending_has_no_debt(leader: Reader) -> None:
    text = text_of(leader, f"/units/{OFFICE}?date=2010-06-30")
    assert "Số liệu đến hết ngày 30/06/2010" in text
    assert "Chưa đơn vị trực thuộc nào có dư nợ." in text


def test_filters_narrow_figures_and_leave_out_what_is_not_kept_so(leader: Reader) -> None:
    of_fund = text_of(leader, f"/units/{OFFICE}?fund=local")
    assert "320 triệu đồng" not in of_fund
    assert "Số hộ còn dư nợ" in text_of(leader, f"/units/{OFFICE}")
    assert not re.search(r'data-figure="households"', leader.page(
        f"/units/{OFFICE}?fund=central").text)  # fmt: skip


def test_the_table_is_sorted_and_filtered_by_its_address(leader: Reader) -> None:
    def rows(query: str) -> list[str]:
        page = leader.page(f"/units/{OFFICE}?{query}").text
        return re.findall(r'<th scope="row"><a href="/units/(\d{5})', page)

    assert rows("") == [GOOD.code, BAD.code]
    assert rows("sort=-overdue_ratio") == [BAD.code, GOOD.code]
    assert rows("sort=outstanding") == [BAD.code, GOOD.code]
    assert len(rows("every=1")) == len(COMMUNES)
    wanted = BAD.name.rpartition(" ")[2].lower()
    assert BAD.code in rows(f"find={wanted}")
    assert rows("find=nowhere") == []


def test_who_reads_an_office_sees_no_way_up_and_nothing_beside_it(readers: Readers) -> None:
    reader = readers.of(OFFICE)
    page = reader.page(f"/units/{OFFICE}").text
    assert f'href="/units/{PROVINCE}"' not in page
    assert f'href="/units/{BAD.code}"' in page
    for outside in (f"/units/{PROVINCE}", "/units/586", "/units/586/structure"):
        refused = reader.page(outside)
        assert refused.status_code == 403
        assert "Ngoài phạm vi được xem" in refused.text
    for answer in ("live", "children.csv", "figures/outstanding"):
        assert reader.page(f"/units/586/{answer}").status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/units/999", 404),
        ("/units/587/figures/nothing", 422),
        ("/units/587?date=yesterday", 422),
        ("/units/587?sort=-nothing", 404),
        ("/static/secrets", 404),
    ],
)
def test_what_cannot_be_shown_is_said_on_a_page(leader: Reader, path: str, status: int) -> None:
    answer = leader.page(path)
    assert answer.status_code == status
    assert "<main" in answer.text
    assert "Traceback" not in answer.text


def test_what_readers_type_is_shown_as_text(leader: Reader) -> None:
    answer = leader.page(f"/units/{OFFICE}?find=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(readers: Readers) -> None:
    answer = readers.of(NATION).get(f"/units/{OFFICE}?date=2019-03-01")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?to=%2Funits%2F587%3Fdate%3D2019-03-01"


def test_home_is_ones_own_unit(readers: Readers) -> None:
    answer = readers.of(OFFICE).page("/?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/units/{OFFICE}?lang=en")


def test_the_table_can_be_taken_along_to_the_dong(leader: Reader) -> None:
    answer = leader.page(f"/units/{OFFICE}/children.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="587-2019-03-05.csv"'
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))}
    assert len(rows) == len(COMMUNES)
    assert rows[BAD.code]["outstanding_dong"] == "120000000"
    assert rows[BAD.code]["name"] == BAD.name


def test_a_bar_is_as_wide_as_the_share_beside_it(leader: Reader) -> None:
    page = leader.page(f"/units/{OFFICE}/structure").text
    bars = re.findall(r'<rect width="([\d.]+)" height="10"/></svg> <span>([\d,]+) %', page)
    assert bars
    for width, share in bars:
        assert float(width) == pytest.approx(float(share.replace(",", ".")), abs=0.06)


def test_a_commune_is_not_listed_below_itself(leader: Reader) -> None:
    assert 'id="units"' in leader.page(f"/units/{OFFICE}").text
    assert 'id="units"' not in leader.page(f"/units/{BAD.code}").text


def test_auditors_see_whether_the_log_is_whole(readers: Readers) -> None:
    assert "Toàn vẹn dữ liệu" not in readers.of(NATION).page(f"/units/{OFFICE}").text
    assert readers.of(NATION).page("/integrity").status_code == 403
    auditor = readers.of(NATION, "auditor")
    assert 'href="/integrity?lang=vi"' in auditor.page(f"/units/{OFFICE}").text
    page = auditor.page("/integrity").text
    assert "Không có bản ghi nào bị cách ly." in page
    (current,) = re.findall(r'<a href="([^"]+)" aria-current="page">', page)
    assert current == "/integrity?lang=vi"


def test_the_board_is_no_part_of_the_api_that_others_build_on(leader: Reader) -> None:
    paths = leader.get("/openapi.json").json()["paths"]
    assert all(path.startswith(("/api/v1/", "/health/", "/metrics")) for path in paths)
