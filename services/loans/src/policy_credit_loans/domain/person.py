"""Who a borrower is (thông tin cá nhân): the only personal data that the bank's services keep.

It is sealed under a key of the household's own (store/vault.py) and stands in no event, no log
line and no error.
"""

import unicodedata
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import force_setattr

NAME_LENGTH_MAX: Final = 120
ADDRESS_LENGTH_MAX: Final = 300


class Person(Struct, frozen=True, kw_only=True):
    """Who the household's borrower is. Never part of an event, a log line or an error.

    Name and address are brought into Unicode's NFC, their outer blanks taken away: keyboards
    differ, and `Hà` typed in either form is one name.
    """

    name: Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH_MAX)]
    identity_number: Annotated[
        str,
        Meta(
            pattern=r"^[0-9]{9}([0-9]{3})?$(?!\n)",
            max_length=12,
            description="Identity card (CMND) of 9 digits or citizen card (CCCD) of 12",
        ),
    ]
    phone: Annotated[str, Meta(pattern=r"^(\+?[0-9]{8,15})?$(?!\n)", max_length=16)] = ""
    address: Annotated[str, Meta(max_length=ADDRESS_LENGTH_MAX)] = ""

    def __post_init__(self) -> None:
        for field, most in (("name", NAME_LENGTH_MAX), ("address", ADDRESS_LENGTH_MAX)):
            text = unicodedata.normalize("NFC", getattr(self, field)).strip()
            if len(text) > most:
                raise ValueError(f"`{field}` is longer than {most} characters in NFC")
            if any(unicodedata.category(character) == "Cc" for character in text):
                raise ValueError(f"`{field}` holds control characters")
            force_setattr(self, field, text)
        if not self.name:
            raise ValueError("`name` is blank")

    def __repr__(self) -> str:
        return "Person(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


def sealed(person: Person) -> bytes:
    """The person's data as it is sealed."""
    return msgspec.json.encode(person)


def unsealed(content: bytes) -> Person:
    """The person's data as it was sealed."""
    return _PERSON.decode(content)


_PERSON: Final = msgspec.json.Decoder(Person)
