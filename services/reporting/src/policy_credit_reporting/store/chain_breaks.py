"""Broken chains that the archive found: they belong to the log, not to a generation of figures."""

from typing import Final, Literal

ChainFault = Literal["altered", "no-value", "bad-headers"]
"""Bytes that do not give the chain that their record says, and what could not be checked at all."""

TABLE: Final = """
CREATE TABLE IF NOT EXISTS public.chain_break (
    topic text NOT NULL, partition int NOT NULL, record_offset bigint NOT NULL,
    source text NOT NULL, sequence bigint NOT NULL, fault text NOT NULL, detail text NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, record_offset)
)
"""
