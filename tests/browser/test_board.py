"""The board in a browser on the demo: what a leader does with it in a meeting."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Literal

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Demo
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player
from policy_credit_local.scenario.calls import Call
from policy_credit_local.scenario.district import AS_OF, DISTRICT, PROVINCE
from policy_credit_reporting.board.sessions import COOKIE
from policy_credit_shared.kernel.units import NATION

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENS = Path(__file__).parents[2] / "build/screens"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FIRST_VIEW_BYTES_MAX = 150_000
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
PAPER = (718, 1047)
"""A sheet of A4 within margins, in CSS pixels."""

Scheme = Literal["light", "dark"]
OFFICE = f"/units/{DISTRICT.office}"
DAY = f"date={AS_OF}"
PAGES = {
    "nation": f"/units/{NATION}?{DAY}",
    "office": f"{OFFICE}?{DAY}",
    "trends": f"{OFFICE}/trends?{DAY}",
    "structure": f"{OFFICE}/structure?{DAY}",
    "oversight": f"{OFFICE}/oversight?{DAY}",
    "groups": f"{OFFICE}/groups?{DAY}&sort=-overdue_ratio",
    "figure": f"{OFFICE}/figures/overdue_ratio?{DAY}&lang=en",
    "published": f"{OFFICE}/published?{DAY}",
    "report": f"{OFFICE}/published/1?{DAY}",
    "integrity": "/integrity",
}
ALLOWED_BY_NOBODY = "Applying inline style violates"
"""What the chart's script tries and the policy forbids; it draws without."""
_numbers = count(1)


@dataclass
class Seen:
    """A page, what it complained of, and which hosts it asked."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def url(demo: Demo) -> str:
    return demo.town.url("reporting")


@pytest.fixture
def context(browser: Browser, url: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=url)
    yield context
    context.close()


def signed_in(context: BrowserContext, player: Player, url: str) -> BrowserContext:
    """With the cookie that signing in leaves."""
    token = player.token(NATION, "auditor")
    context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
    return context


@pytest.fixture
def seen(context: BrowserContext, demo: Demo, url: str) -> Seen:
    page = signed_in(context, demo.player, url).new_page()
    seen = Seen(page)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on(
        "console",
        lambda said: (
            seen.complaints.append(said.text)
            if said.type == "error" and ALLOWED_BY_NOBODY not in said.text
            else None
        ),
    )
    page.on("request", lambda request: seen.hosts.add(request.url.split("/")[2]))
    return seen


def live(page: Page) -> None:
    expect(page.locator("#stream")).to_have_text("Trực tiếp", timeout=15_000)


def test_a_leader_signs_in_and_finds_the_commune_behind_the_overdue_debt(
    context: BrowserContext, demo: Demo, url: str
) -> None:
    page = context.new_page()
    page.goto(f"/?{DAY}")
    page.get_by_label("Mã đơn vị").fill(NATION)
    page.get_by_label("Mã đăng nhập").fill("a guess")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert")).to_contain_text("Mã không đúng")
    page.get_by_label("Mã đăng nhập").fill(
        demo.town.environment["POLICY_CREDIT_BOARD_SIGN_IN_CODE"]
    )
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page).to_have_url(f"{url}/units/{NATION}?{DAY}")
    [cookie] = context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"

    page.locator("#units").get_by_role("link", name="Tỉnh Ninh Thuận").click()
    page.locator("#units").get_by_role("link", name="Huyện Ninh Phước").click()
    outstanding = page.locator('[data-figure="outstanding"]')
    expect(outstanding).to_have_text("262.149 triệu đồng")
    expect(outstanding).to_have_attribute("title", "262.149.000.000 đồng")
    expect(page.locator("#cards")).to_contain_text("0,12 % — tỉnh 0,11 %")
    hot_spot = page.locator("#spots-found li a").first
    name = hot_spot.inner_text()
    hot_spot.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    crumbs = page.get_by_role("navigation", name="Đơn vị cấp trên").get_by_role("listitem")
    expect(crumbs).to_have_text(["Việt Nam", "Tỉnh Ninh Thuận", "Huyện Ninh Phước", name])
    assert DAY in page.url
    page.get_by_role("link", name="Xem tất cả các tổ").click()
    page.locator("#groups-shown").get_by_role("link", name="Tỷ lệ nợ quá hạn").click()
    worst = page.locator("#groups-shown tbody tr").first
    expect(worst).to_contain_text("%")
    worst.get_by_role("link").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Tổ TK&VV")
    page.get_by_role("link", name=f"Về danh sách tổ: {name}").click()
    expect(page.locator("#groups-shown")).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile("/signed-out"))
    assert context.cookies() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_in_light_and_dark_and_kept_to_be_looked_at(
    seen: Seen, scheme: Scheme, url: str
) -> None:
    """WCAG 2.2 AA as far as axe can tell, at a desk; at a phone's width nothing scrolls aside."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page = seen.page
    page.emulate_media(color_scheme=scheme)
    for name, path in PAGES.items():
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            if size == "desk":
                page.goto(path)
                live(page) if "lang=en" not in path else page.wait_for_timeout(300)
                found = Axe().run(page, options={"runOnly": WCAG})
                assert found.violations_count == 0, f"{name}: {found.generate_report()}"
                assert found.response["passes"], name
            page.screenshot(path=SCREENS / f"{name}-{width}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") == width, name
    assert seen.complaints == []
    assert seen.hosts == {url.removeprefix("http://")}


def test_a_page_fits_a_sheet_of_paper(seen: Seen) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    page, (width, height) = seen.page, PAPER
    page.emulate_media(media="print")
    page.set_viewport_size({"width": width, "height": height})
    for name in ("office", "structure", "oversight", "report"):
        page.goto(PAGES[name])
        page.screenshot(path=SCREENS / f"{name}-paper.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") == width, name


def test_charts_are_drawn_from_the_tables_beside_them(seen: Seen) -> None:
    seen.page.goto(PAGES["trends"])
    expect(seen.page.locator(".drawing .main-svg").first).to_be_visible()
    assert seen.page.locator(".drawing.drawn").count() == seen.page.locator("table.months").count()
    expect(seen.page.locator(".legendtext").first).to_be_visible()


def test_without_scripts_everything_can_be_read_and_asked(
    browser: Browser, demo: Demo, url: str
) -> None:
    context = browser.new_context(base_url=url, java_script_enabled=False)
    page = signed_in(context, demo.player, url).new_page()
    page.goto(f"{OFFICE}?{DAY}")
    expect(page.locator('[data-figure="outstanding"]')).to_have_text("262.149 triệu đồng")
    page.get_by_text("Ngày, mạng lưới, bộ lọc").click()
    page.get_by_label("Hội đoàn thể").select_option("women")
    page.get_by_role("button", name="Xem").click()
    expect(page).to_have_url(re.compile("association=women"))
    assert DAY in page.url
    expect(page.locator('[data-figure="outstanding"]')).not_to_have_text("262.149 triệu đồng")
    page.get_by_label("Tên đơn vị").fill("phuoc son")
    page.get_by_role("button", name="Lọc").click()
    expect(page.locator("#units tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Ngày trước").click()
    expect(page).to_have_url(re.compile(f"date={AS_OF - timedelta(days=1)}"))
    expect(page).to_have_url(re.compile("association=women"))
    expect(page.get_by_label("Kéo đến ngày cần xem")).to_be_hidden()
    page.goto(f"{OFFICE}/trends?{DAY}")
    expect(page.locator("table.months").first).to_be_attached()
    context.close()


def test_a_slider_goes_through_the_days_by_keyboard(seen: Seen) -> None:
    page = seen.page
    page.goto(f"{OFFICE}/figures/overdue?{DAY}&lang=en")
    slider = page.get_by_label("Slide to a day")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    day_before = AS_OF - timedelta(days=1)
    expect(page).to_have_url(re.compile(rf"/figures/overdue\?lang=en&date={day_before}"))
    expect(page.locator("#as-of")).to_contain_text(f"{day_before:%d/%m/%Y}")
    page.get_by_role("link", name="The day after").click()
    expect(page).to_have_url(re.compile(rf"/figures/overdue\?date={AS_OF}&lang=en"))


def test_the_first_view_is_small(demo: Demo, url: str) -> None:
    cookies = {COOKIE: demo.player.token(NATION, "viewer")}
    with httpx.Client(base_url=url, cookies=cookies) as client:
        for name in ("nation", "office", "structure", "oversight"):
            began = time.monotonic()
            answer = client.get(PAGES[name]).raise_for_status()
            seconds = time.monotonic() - began
            parts = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text))
            size = len(answer.content)
            size += sum(len(client.get(part).raise_for_status().content) for part in parts)
            print(f"{name}: {size:,} bytes in all, {seconds * 1000:.0f} ms")  # noqa: T201
            assert size < FIRST_VIEW_BYTES_MAX, name


def test_an_auditor_follows_a_figure_to_its_events(seen: Seen) -> None:
    page = seen.page
    page.goto(f"{OFFICE}/figures/overdue?{DAY}")
    page.get_by_role("link", name="Xem từng sự kiện").click(timeout=120_000)
    expect(page.locator("main")).to_contain_text("the live figure at the same offsets is the same")
    moved = page.locator("table.events td.number").all_inner_texts()
    assert sum(int(re.sub(r"[^0-9-]", "", text)) for text in moved) == DISTRICT.overdue * 1_000_000


def allocate(player: Player, dong: int) -> None:
    """The office is given capital, or it is taken back."""
    line = {
        "type": "allocate_capital",
        "office": DISTRICT.office,
        "fund": "central",
        "amount": dong,
        "decision": "QĐ 1",
        "allocated_on": str(AS_OF),
    }
    key = f"board {next(_numbers)}"
    player.make(
        Call(
            "loans",
            DISTRICT.office,
            "branch_director",
            key,
            "sheets",
            {"lines": [line]},
            PROVINCE,
        )
    )


def test_a_figure_moves_as_soon_as_it_is_recorded_and_says_what_moved_it(
    seen: Seen, demo: Demo
) -> None:
    page = seen.page
    page.goto(f"{OFFICE}?{DAY}")
    live(page)
    capital = page.locator('[data-figure="total_capital"]')
    before = capital.inner_text()
    allocate(demo.player, 7_000_000)
    posted = time.monotonic()
    expect(capital).not_to_have_text(before, timeout=10_000)
    seconds = time.monotonic() - posted
    print(f"on the screen {seconds:.2f} s after it was recorded")  # noqa: T201
    expect(page.locator("#moved p").first).to_contain_text("Nguồn vốn +7 triệu đồng")
    expect(page.locator("#moved p").first).to_contain_text("trễ")
    allocate(demo.player, -7_000_000)
    expect(capital).to_have_text(before, timeout=10_000)
    assert seconds < 5, "far from live"


def test_the_board_recovers_by_itself_when_the_reporting_api_was_killed(
    seen: Seen, demo: Demo
) -> None:
    page, supervisor = seen.page, demo.town.supervisor
    assert supervisor is not None
    page.goto(f"{OFFICE}?{DAY}")
    live(page)
    capital = page.locator('[data-figure="total_capital"]')
    before = capital.inner_text()
    supervisor.crash("reporting.api")
    expect(page.locator("#stream")).to_contain_text("Mất kết nối trực tiếp", timeout=15_000)
    allocate(demo.player, 3_000_000)
    supervisor.restart("reporting.api")
    live(page)
    expect(capital).not_to_have_text(before, timeout=15_000)
    allocate(demo.player, -3_000_000)
    expect(capital).to_have_text(before, timeout=15_000)
    await_answering(demo.town)


def await_answering(town: Installation) -> None:
    """For whoever reads the demo next."""
    assert httpx.get(f"{town.url('reporting')}/health/ready", timeout=30).is_success
