"""How things end inside a simulation: a process that dies, a hub that dies, an invariant that is broken."""


class ProcessKilledError(BaseException):
    """A station's process is gone at this very point; nothing of it may go on."""


class HubKilledError(BaseException):
    """The hub's process is gone in the middle of a transaction."""


class InvariantBrokenError(Exception):
    """An invariant does not hold.

    Attributes:
        invariant: the name of the function that found it.
    """

    def __init__(self, invariant: str, sentence: str) -> None:
        super().__init__(f"{invariant}: {sentence}")
        self.invariant = invariant
        self.sentence = sentence
