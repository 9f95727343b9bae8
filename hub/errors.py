"""What can go wrong at the hub, each with one stable code.

    HubError
    +-- StoreError: missing, foreign, newer, older, not durable, busy, out of reach, outcome unknown, failed (disk full)
    +-- HomeError: the hub's directory or key file is not as `ktp-hub init` left it
    +-- AccessError: who asks may not (key unknown, another station's name, station locked)
    +-- RequestError: what is asked does not fit (body, claim key, outbox chain)
    +-- LedgerError: a blank would leave a place that has none
    +-- RightError: a right that is unknown or closed
    +-- HubReconcilingError: the hub was restored and first has to hear its stations
    +-- CommandError: what an operator typed cannot be done

`exit_code` is for the command line (sysexits), `http_status` for the shell. A message is one sentence: what, where,
what to do, and never a NIK, a name or a picture.
"""

import os
from typing import ClassVar


class HubError(Exception):
    """Base of all operating errors of the hub."""

    code: ClassVar[str] = "HUB_ERROR"
    exit_code: ClassVar[int] = os.EX_SOFTWARE
    http_status: ClassVar[int] = 500


class StoreError(HubError):
    """The store cannot be used."""

    code = "STORE_FAILED"


class StoreMissingError(StoreError):
    """There is no store where one was named."""

    code = "STORE_MISSING"
    exit_code = os.EX_NOINPUT


class StoreForeignError(StoreError):
    """The file is a database of something else, or none."""

    code = "STORE_FOREIGN"
    exit_code = os.EX_CONFIG


class StoreNewerError(StoreError):
    """The store was written by a later version of the hub."""

    code = "STORE_NEWER"
    exit_code = os.EX_CONFIG


class StoreOlderError(StoreError):
    """The store was written by an earlier version of the hub; `ktp-hub migrate` brings it on."""

    code = "STORE_OLDER"
    exit_code = os.EX_CONFIG


class StorePragmaError(StoreError):
    """The database does not run with a setting that durability needs."""

    code = "STORE_PRAGMA"


class StoreBusyError(StoreError):
    """Another process held the store's lock too long; the same call may be made again."""

    code = "STORE_BUSY"
    exit_code = os.EX_TEMPFAIL
    http_status = 503


class StoreUnreachableError(StoreError):
    """The database server does not answer, or takes no writes; nothing was changed."""

    code = "STORE_UNREACHABLE"
    exit_code = os.EX_TEMPFAIL
    http_status = 503


class StoreOutcomeError(StoreError):
    """The database was asked to commit and did not say whether it did."""

    code = "STORE_OUTCOME_UNKNOWN"
    exit_code = os.EX_TEMPFAIL
    http_status = 503


class StoreMovedError(StoreError):
    """Another database server answers than the one the hub was started on."""

    code = "STORE_MOVED"
    exit_code = os.EX_TEMPFAIL
    http_status = 503


class HomeError(HubError):
    """The hub's directory or its key file cannot be used."""

    code = "HOME_UNUSABLE"
    exit_code = os.EX_CONFIG


class HomeExistsError(HomeError):
    """A hub is there already; making another over it would lose its key and its ledger."""

    code = "HOME_EXISTS"
    exit_code = os.EX_CANTCREAT


class KeyExposedError(HomeError):
    """The signing key can be read by others than its owner."""

    code = "KEY_EXPOSED"
    exit_code = os.EX_NOPERM


class AccessError(HubError):
    """The caller may not do this."""

    code = "ACCESS_REFUSED"
    exit_code = os.EX_NOPERM
    http_status = 403


class AccessKeyUnknownError(AccessError):
    """No station has this access key, or none was given."""

    code = "ACCESS_KEY_UNKNOWN"
    http_status = 401


class StationMismatchError(AccessError):
    """The body names another station than the access key's."""

    code = "STATION_MISMATCH"


class StationLockedError(AccessError):
    """The station is locked until people have looked: its chain forked."""

    code = "STATION_LOCKED"


class CertificateRefusedError(AccessError):
    """The caller's certificate is not, or no longer, a station's; `code` says which."""

    code = "CERTIFICATE_UNKNOWN"


class CertificateRevokedError(CertificateRefusedError):
    """Two people took the identity back, or a later enrolment replaced it."""

    code = "CERTIFICATE_REVOKED"


class CertificateExpiredError(CertificateRefusedError):
    """The certificate's time is over."""

    code = "CERTIFICATE_EXPIRED"


class EnrolmentRefusedError(AccessError):
    """The code is wrong, used, too old or dead; which of these is not told."""

    code = "ENROLMENT_REFUSED"


class RequestError(HubError):
    """The request does not fit the contract."""

    code = "REQUEST_INVALID"
    exit_code = os.EX_DATAERR
    http_status = 422


class CertificateRequestError(RequestError):
    """A certificate request that is not for the asking station's own name and key."""

    code = "CERTIFICATE_REQUEST_INVALID"


class BodyTooLargeError(RequestError):
    """The body is larger than this address takes."""

    code = "BODY_TOO_LARGE"
    http_status = 413


class ClaimKeyConflictError(RequestError):
    """A claim key came again with another body."""

    code = "CLAIM_KEY_CONFLICT"
    http_status = 409


class EpochChangedError(RequestError):
    """The station speaks of another epoch of this hub: a sync comes first."""

    code = "EPOCH_CHANGED"
    http_status = 409


class OutboxGapError(RequestError):
    """An outbox entry came before the one it follows; send on from `applied_seq` + 1."""

    code = "OUTBOX_GAP"
    http_status = 409

    def __init__(self, applied_seq: int) -> None:
        super().__init__(f"an entry is missing: send on from {applied_seq + 1}")
        self.applied_seq = applied_seq


class OutboxForkError(RequestError):
    """A station told two stories under one number: it is locked from now on."""

    code = "OUTBOX_FORK"
    http_status = 409


class HubReconcilingError(HubError):
    """The hub came back from a copy: nothing is granted before every station was heard."""

    code = "HUB_RECONCILING"
    exit_code = os.EX_TEMPFAIL
    http_status = 503


class LedgerError(HubError):
    """The ledger does not allow a move."""

    code = "LEDGER_REFUSED"
    exit_code = os.EX_DATAERR
    http_status = 409


class BlanksShortError(LedgerError):
    """A place holds fewer blanks than the move takes."""

    code = "BLANKS_SHORT"

    def __init__(self, series: str, account: str, held: int, wanted: int) -> None:
        super().__init__(
            f"{account} holds {held} blanks of series {series}, the move needs {wanted}"
        )
        self.held = held


class RightError(HubError):
    """The right cannot be changed so."""

    code = "RIGHT_REFUSED"
    exit_code = os.EX_DATAERR
    http_status = 409


class RightUnknownError(RightError):
    """No such right is here."""

    code = "RIGHT_UNKNOWN"


class RightClosedError(RightError):
    """The right ended already."""

    code = "RIGHT_CLOSED"


class RightOpenError(RightError):
    """A new issue is asked for while the one before has not ended."""

    code = "RIGHT_OPEN"


class CommandError(HubError):
    """A command's arguments cannot be used."""

    code = "COMMAND_REFUSED"
    exit_code = os.EX_USAGE
    http_status = 422


class ProfileRefusedError(CommandError):
    """A file is no measured printer profile, or not as it was written."""

    code = "PROFILE_REFUSED"
    exit_code = os.EX_DATAERR


class StationUnknownError(CommandError):
    """No such station is here."""

    code = "STATION_UNKNOWN"


class NoEnrolmentError(CommandError):
    """The station does not speak TLS, so there is nothing to enrol."""

    code = "NO_ENROLMENT"


class OnePersonError(CommandError):
    """Two different people must stand behind this."""

    code = "ONE_PERSON"


class StationNotLockedError(CommandError):
    """There is nothing to unlock, or the station was written off for good."""

    code = "STATION_NOT_LOCKED"


class TooEarlyError(CommandError):
    """A station may come back yet: it is written off only after the stated wait."""

    code = "TOO_EARLY"


class StationExistsError(CommandError):
    """A station of this name is here already."""

    code = "STATION_EXISTS"
    exit_code = os.EX_CANTCREAT


class SiteUnknownError(CommandError):
    """No station belongs to this site."""

    code = "SITE_UNKNOWN"


class HostNotLoopbackError(CommandError):
    """The hub speaks plain HTTP, so it listens on this machine only."""

    code = "HOST_NOT_LOOPBACK"


class ImportUnreadableError(CommandError):
    """The file to import is not there, or may not be read."""

    code = "IMPORT_UNREADABLE"
    exit_code = os.EX_NOINPUT


class PolicyForgedError(StoreError):
    """The store holds a policy that this hub did not sign."""

    code = "POLICY_FORGED"
    exit_code = os.EX_DATAERR

    def __init__(self, number: int) -> None:
        super().__init__(
            f"policy {number} in the store was not signed by this hub: nothing is granted by it; "
            "find out who wrote it, then put the store back from a copy"
        )


class PolicyInvalidError(CommandError):
    """A policy says what a policy cannot say, or does not follow the last one."""

    code = "POLICY_INVALID"
    exit_code = os.EX_DATAERR


class FiguresInvalidError(CommandError):
    """A file of figures cannot be used."""

    code = "FIGURES_INVALID"
    exit_code = os.EX_DATAERR


class FiguresMixedError(CommandError):
    """Figures of several offices or days were to be added."""

    code = "FIGURES_MIXED"
    exit_code = os.EX_DATAERR
