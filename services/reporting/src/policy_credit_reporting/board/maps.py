"""A map of the units below one: points in an inline SVG, from coordinates, without tiles."""

from collections.abc import Iterable, Sequence
from math import cos, radians, sqrt
from typing import Final, NamedTuple

from msgspec import Struct

from policy_credit_reporting.board.figures import figure_of, shown
from policy_credit_reporting.indicators.numbers import Notation
from policy_credit_reporting.store.answers import ChildFigures, Figure, RatioFigure
from policy_credit_shared.kernel.places import Place, place_of
from policy_credit_shared.kernel.units import (
    Level,
    UnitTree,
    units_before_reform,
    units_since_reform,
)

WIDTH_MAX: Final = 420
HEIGHT_MAX: Final = 460
MARGIN: Final = 26
RADIUS_MIN: Final = 4.0
RADIUS_MAX: Final = 16.0
LETTER: Final = 6.2
LINE: Final = 12
BOUNDS: Final = ((1, 1_000), (2, 1_000), (5, 1_000))
"""Overdue ratios at which the colour changes, after none at all: 0.1, 0.2 and 0.5 %."""
TITLES: Final = ("Thành phố", "Thị trấn", "Thị xã", "Huyện", "Phường", "Quận", "Tỉnh", "Xã")

SPECIAL_ZONE: Final = "Đặc khu "
NAMED_ISLANDS: Final = ("Hoàng Sa", "Trường Sa")

Drawn = tuple[float, float, float, float]


class Point(Struct, frozen=True, kw_only=True):
    """A unit: where, how large, of which colour (none, 0 to 4), and what is said of it."""

    x: str
    y: str
    radius: str
    colour: str
    code: str
    title: str
    label: str
    label_x: str
    label_y: str
    anchor: str


class Island(Struct, frozen=True):
    """A name written beside land, so that the map of the country is whole."""

    x: str
    y: str
    label: str


class Map(Struct, frozen=True, kw_only=True):
    """The drawing. `ground` is the land below the unit, each place of it a dot."""

    width: int
    height: int
    ground: str
    points: list[Point]
    islands: list[Island]


class _Frame(NamedTuple):
    """From degrees to the drawing."""

    west: float
    north: float
    scale: float
    squeeze: float

    def at(self, place: Place) -> tuple[float, float]:
        x = (place.longitude - self.west) * self.squeeze * self.scale + MARGIN
        return x, (self.north - place.latitude) * self.scale + MARGIN


def map_of(
    code: str, tree: UnitTree, children: Sequence[ChildFigures], notation: Notation
) -> Map | None:
    """The children of a unit on its land; None if nobody knows where they are."""
    is_nation = tree.unit(code).level == "nation"
    islands = _islands() if is_nation else []
    ground = [*_ground(tree, code), *(place for _, place in islands)]
    placed = [(c, p) for c in children if (p := place_of(c.unit.code, c.unit.valid_from))]
    every = ground + [place for _, place in placed]
    if not placed or not every:
        return None
    frame, width, height = _framed(every)
    largest = max(_dong(child) for child, _ in placed) or 1
    # Large ones first, so that small ones lie on top of them.
    placed.sort(key=lambda one: -_dong(one[0]))
    taken: list[Drawn] = []
    circles = []
    for child, place in placed:
        x, y = frame.at(place)
        radius = max(RADIUS_MIN, RADIUS_MAX * sqrt(_dong(child) / largest))
        circles.append((child, x, y, radius))
        taken.append((x - radius, y - radius, x + radius, y + radius))
    return Map(
        width=width,
        height=height,
        ground="".join(f"M{x:.0f} {y:.0f}h0" for x, y in sorted(map(frame.at, ground))),
        points=[_point(*one, width, notation, taken) for one in circles],
        islands=[
            Island(f"{frame.at(place)[0] + 8:.0f}", f"{frame.at(place)[1] + 14:.0f}", name)
            for name, place in islands
            if name in NAMED_ISLANDS
        ],
    )


def colour(figure: Figure) -> str:
    """Which colour an overdue ratio has: none without debt, then 0 to 4."""
    if not isinstance(figure, RatioFigure) or not figure.denominator:
        return "none"
    overdue, owed = figure.numerator or 0, figure.denominator
    if overdue <= 0:
        return "0"
    above = sum(overdue * per > bound * owed for bound, per in BOUNDS)
    return str(above + 1)


def _point(
    child: ChildFigures,
    x: float,
    y: float,
    radius: float,
    width: int,
    notation: Notation,
    taken: list[Drawn],
) -> Point:
    outstanding, ratio = (figure_of(child, name) for name in ("outstanding", "overdue_ratio"))
    label, label_x, anchor = _labelled(child.unit.name, x, y, radius, width, taken)
    return Point(
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        radius=f"{radius:.1f}",
        colour=colour(ratio),
        code=child.unit.code,
        title=f"{child.unit.name}: {shown(outstanding, notation).short},"
        f" {shown(ratio, notation).short}",
        label=label,
        label_x=f"{label_x:.1f}",
        label_y=f"{y + 4:.1f}",
        anchor=anchor,
    )


def _labelled(
    name: str, x: float, y: float, radius: float, width: int, taken: list[Drawn]
) -> tuple[str, float, str]:
    """The name beside its point, on the side where it hides nothing; none if there is no room."""
    text = short_name(name)
    long = len(text) * LETTER
    for left, at, anchor in (
        (x + radius + 3, x + radius + 3, "start"),
        (x - radius - 3 - long, x - radius - 3, "end"),
    ):
        box = (left, y - LINE / 2, left + long, y + LINE / 2)
        if 0 <= box[0] and box[2] <= width and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            return text, at, anchor
    return "", x, "start"


def short_name(name: str) -> str:
    """A unit's name without what kind of unit it is, where a name is left."""
    for title in TITLES:
        rest = name.removeprefix(f"{title} ")
        if rest != name and not rest[:1].isdigit():
            return rest
    return name


def _overlap(one: Drawn, other: Drawn) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _framed(places: Sequence[Place]) -> tuple[_Frame, int, int]:
    north, south = (f(p.latitude for p in places) for f in (max, min))
    west, east = (f(p.longitude for p in places) for f in (min, max))
    squeeze = cos(radians((north + south) / 2))
    wide, tall = max((east - west) * squeeze, 0.02), max(north - south, 0.02)
    scale = min((WIDTH_MAX - 2 * MARGIN) / wide, (HEIGHT_MAX - 2 * MARGIN) / tall)
    width, height = round(wide * scale) + 2 * MARGIN, round(tall * scale) + 2 * MARGIN
    return _Frame(west, north, scale, squeeze), max(width, 240), height


def _ground(tree: UnitTree, code: str) -> Iterable[Place]:
    """The districts that there were of the nation; of any other unit the communes of its land."""
    before = units_before_reform()
    level: Level = "district" if tree.unit(code).level == "nation" else "commune"
    found = set()
    for locality in tree.localities(code):
        found |= {unit for unit in before.path(locality) if unit.level == level}
    places = (place_of(unit.code, unit.valid_from) for unit in sorted(found, key=lambda u: u.code))
    return [place for place in places if place]


def _islands() -> list[tuple[str, Place]]:
    """The special zones (đặc khu) there are now: the older list has no right places for them."""
    found = []
    for unit in units_since_reform():
        place = place_of(unit.code, unit.valid_from)
        if unit.level == "commune" and unit.name.startswith(SPECIAL_ZONE) and place:
            found.append((unit.name.removeprefix(SPECIAL_ZONE), place))
    return found


def _dong(child: ChildFigures) -> int:
    return int(figure_of(child, "outstanding").value or 0)
