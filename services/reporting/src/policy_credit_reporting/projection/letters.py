"""Dead letters on their way to Kafka: a publisher is opened with the first, and after a failure."""

from collections.abc import Sequence

from policy_credit_reporting.projection.folding import READER
from policy_credit_shared.messaging.dead_letters import DeadLetter, publish_letters
from policy_credit_shared.messaging.kafka import KafkaPublisher
from policy_credit_shared.messaging.relay import PublishFailed


class Letters:
    """Sends letters to one topic."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._publisher: KafkaPublisher | None = None

    def send(self, letters: Sequence[DeadLetter]) -> None:
        """Publish them and wait; raises PublishFailed."""
        if not letters:
            return
        if self._publisher is None:
            self._publisher = KafkaPublisher(self._bootstrap, f"{READER}.projection")
        try:
            publish_letters(self._publisher, self._topic, letters)
        except PublishFailed:
            self.close()
            raise

    def close(self) -> None:
        """Leave the broker; the next letters open another publisher."""
        if self._publisher is not None:
            self._publisher.close()
            self._publisher = None
