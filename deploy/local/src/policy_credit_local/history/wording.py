"""Public events as bytes, many at a time: what the real encoder writes, without an object each.

An event type is a row of pieces of known width. The rows of one kind are written into a matrix of
bytes, piece by piece, and the zeros that fill up what is shorter are left out.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from policy_credit_local.history.octets import (
    INSTANT_WIDTH,
    Octets,
    instants,
    octets,
    packed,
    put,
)
from policy_credit_local.history.pieces import Columns, Id, Nested, Piece, Setting
from policy_credit_shared.events.public import PublicEvent


class Wording:
    """How the events of one kind are written: the whole record value."""

    def __init__(
        self, kind: type[PublicEvent], source: str, subject: Id, fields: Mapping[str, Piece]
    ) -> None:
        self.subject = subject
        self.data = Nested(kind, fields)
        self._parts: list[tuple[Octets, Piece | None]] = [
            (octets('{"specversion":"1.0","id":'), Id(kind.NAME, "key")),
            (octets(f',"source":"{source}","type":"{kind.type()}","subject":'), subject),
            (octets(',"time":'), _Instant()),
            (octets(',"datacontenttype":"application/json","data":'), self.data),
            (octets("}"), None),
        ]
        self._width = sum(len(t) + (p.width if p else 0) for t, p in self._parts)

    def values(self, columns: Columns, setting: Setting) -> pa.BinaryArray:
        """The record values of the rows, in their order."""
        count = len(columns["recorded"])
        out = np.empty((count, self._width), np.uint8)
        at = 0
        for text, piece in self._parts:
            at = put(out, at, text)
            if piece is not None:
                piece.write(out[:, at : at + piece.width], columns, setting)
                at += piece.width
        return packed(out)


class _Instant:
    """When it was recorded."""

    width = INSTANT_WIDTH
    optional = False

    def write(self, out: Octets, columns: Columns, _: Setting, /) -> None:
        out[:] = instants(columns["recorded"])
