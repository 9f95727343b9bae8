"""What a document about blanks may not say; each is refused whole and leaves no trace."""

import os

from hub.errors import LedgerError


class DocumentError(LedgerError):
    """A document about blanks says what cannot be."""

    code = "DOCUMENT_REFUSED"


class DocumentExistsError(DocumentError):
    """A document of this number is here already and says something else."""

    code = "DOCUMENT_EXISTS"


class DocumentUnknownError(DocumentError):
    """No document of this kind and number is here."""

    code = "DOCUMENT_UNKNOWN"
    exit_code = os.EX_NOINPUT


class TransferEndedError(DocumentError):
    """The transfer was confirmed or cancelled already."""

    code = "TRANSFER_ENDED"


class QuotaExceededError(DocumentError):
    """More blanks would be received in a period than its quota lets."""

    code = "QUOTA_EXCEEDED"


class BlankElsewhereError(DocumentError):
    """A named blank is in another place than the one told."""

    code = "BLANK_ELSEWHERE"
