"""Partitions of the log are dealt to processes, each once, with what is known of them."""

from hypothesis import given
from hypothesis import strategies as st

from policy_credit_reporting.audit.kafka_shares import shared
from policy_credit_reporting.audit.verify import Known
from policy_credit_shared.store.progress import Partition, Stream


@given(
    ends=st.dictionaries(
        st.builds(Partition, st.sampled_from(["loans", "repayments"]), st.integers(0, 20)),
        st.integers(0, 10**6),
        min_size=1,
    ),
    processes=st.integers(1, 8),
)
def test_each_partition_is_dealt_once_and_no_share_is_much_larger(
    ends: dict[Partition, int], processes: int
) -> None:
    known: dict[Stream, Known] = {Stream(partition, "s"): {1: b""} for partition in ends}
    shares = shared(ends, known, processes)
    assert sorted(p for share in shares for p in share.ends) == sorted(ends)
    assert all({s.partition for s in share.known} == share.ends.keys() for share in shares)
    records = [sum(share.ends.values()) for share in shares]
    assert max(records) - min(records) <= max(ends.values()) or len(shares) < processes
    assert len(shares) <= processes
