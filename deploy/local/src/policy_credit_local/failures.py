"""What can go wrong with an embedded server."""


class EmbeddedServerFailed(Exception):
    """A server could not be started; `log_tail` is the end of what it said."""

    def __init__(self, server: str, problem: str, log_tail: str = "") -> None:
        super().__init__(f"{server} {problem}" + (f"\n{log_tail}" if log_tail else ""))
