"""Names are sorted as a Vietnamese dictionary has them."""

from hypothesis import given
from hypothesis import strategies as st

from policy_credit_reporting.store.alphabet import in_alphabet
from policy_credit_reporting.store.excerpts import Excerpt
from policy_credit_shared.kernel.units import units_before_reform

ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxy"


@given(st.lists(st.text(ALPHABET)))
def test_words_are_in_the_order_of_the_alphabet(words: list[str]) -> None:
    assert sorted(words, key=in_alphabet) == sorted(words, key=lambda w: [*map(ALPHABET.index, w)])


def test_a_tone_decides_only_between_words_of_the_same_letters() -> None:
    words = ["mạ", "má", "ma", "mà", "man", "mả", "mã", "mă"]
    found = sorted(words, key=in_alphabet)
    assert set(found[:6]) == {"ma", "mà", "mả", "mã", "má", "mạ"}
    assert found[6:] == ["man", "mă"]


def test_provinces_are_listed_as_officials_look_for_them() -> None:
    provinces = [unit.name for unit in units_before_reform() if unit.level == "province"]
    names = [name.removeprefix("Tỉnh ").removeprefix("Thành phố ") for name in provinces]
    found = Excerpt("name").of(names, lambda name: name)
    assert found[:4] == ["An Giang", "Bà Rịa - Vũng Tàu", "Bạc Liêu", "Bắc Giang"]
    at = found.index("Đà Nẵng")
    assert (found[at - 1], found[at + 1]) == ("Cần Thơ", "Đắk Lắk")


def test_codes_stay_in_their_order() -> None:
    codes = ["VN", "587", "58", "01", "22870-22870"]
    assert Excerpt("code").of(codes, lambda code: code) == sorted(codes)
