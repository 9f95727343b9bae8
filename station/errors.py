"""Operating errors of the station, as types; each message is one sentence with a remedy and without personal data.

StationError
|- ConfigError       the configuration file: which key, what to write instead
|- StoreError        the store is not what it must be, or a write failed: printing stops until restart
|  `- StoreFullError  the disk is full, and the write was taken back
|- VaultError        a payload can't be opened with this station's key
|- LayoutError       the card layout (station.layout)
|- HubError          the hub
|  |- HubUnreachableError   no answer: keep printing what is held, ask later
|  |- IdentityError         this station's key or certificate toward the hub cannot be used
|  |- EnrolmentError        the code, the address or the place does not fit: nothing was enrolled
|  `- HubRefusedError       an answer that says no, with its code
|- DecisionError     a person's decision that the protocol does not allow
|- ReceiptError      no slip: the receipt printer takes none now, or is not there; nothing was sent
|  `- ReceiptCutShortError  part of a slip may be on the paper, and the rest may follow
`- ReaderError       the contactless reader
   |- ReaderMissingError   no reader, no service or no software for it: blanks are counted, not named
   `- CardUnreadableError  no card in time, one taken away, or one without a number of its own
"""


class StationError(Exception):
    """Any operating error of the station."""


class ConfigError(StationError):
    """The configuration names something unknown, leaves something out, or gives a value out of range."""


class StoreError(StationError):
    """The store cannot be trusted to be durable now: wrong settings, foreign or newer file, failed write."""


class StoreFullError(StoreError):
    """The disk is full; SQLite has taken the transaction back, so it may be tried again with more room."""


class VaultError(StationError):
    """A payload that this station's key does not open: a store from another station, or damage."""


class HubError(StationError):
    """Anything between this station and its hub."""


class HubUnreachableError(HubError):
    """No answer, or none that can be understood: link down, time-out, a proxy's page."""


class HubRefusedError(HubError):
    """The hub understood and refused."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class IdentityError(HubError):
    """The key or the certificate this station shows the hub is missing, exposed, or no pair."""


class EnrolmentError(HubError):
    """Enrolment could not be begun or finished; the sentence says whether the code was sent."""


class DecisionError(StationError):
    """A decision on a doubt that needs another person, another word or has been taken already."""


class ReceiptError(StationError):
    """No slip was printed, and nothing was sent: printer away, paper end, cover open, no slips here."""


class ReceiptCutShortError(ReceiptError):
    """A slip was sent and its end is not known; somebody looks at the paper before it is printed again."""


class ReaderError(StationError):
    """Anything at the contactless reader; nothing was booked."""


class ReaderMissingError(ReaderError):
    """There is no reader to ask: none plugged in, pcscd not running, pyscard not installed."""


class CardUnreadableError(ReaderError):
    """No blank can be named: none laid on in time, taken away too soon, or its chip has no fixed number."""
