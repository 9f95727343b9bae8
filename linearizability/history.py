"""What the clients saw, written down as it happens and taken apart by right afterwards.

A claim may be asked many times under one key; it happens once, between the first question and the first answer. That
all answers under a key are the same bytes is looked at here.
"""

import hashlib
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable

from linearizability.specification import Kind, Operation


class History:
    """All operations of a run; clients of several threads write into it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of_right: defaultdict[str, list[Operation]] = defaultdict(list)
        self._of_all: list[Operation] = []
        self._answers: dict[str, bytes] = {}
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()

    def happened(self, right: str, operation: Operation) -> None:
        """Add what was done with one right."""
        with self._lock:
            self._of_right[right].append(operation)
            self.counts[operation.kind.value] += 1

    def may_concern_all(self, operation: Operation) -> None:
        """Add a lost claim: any right may have been granted by it."""
        with self._lock:
            self._of_all.append(operation)
            self.counts[operation.kind.value] += 1

    def answered(self, claim_key: str, body: bytes) -> None:
        """Note an answer of a claim key."""
        digest = hashlib.sha256(body).digest()
        with self._lock:
            self.counts["answer"] += 1
            if self._answers.setdefault(claim_key, digest) != digest:
                self.faults.append(f"claim key {claim_key} was answered in two ways")

    def fault(self, words: str) -> None:
        """Note what no order of operations could explain."""
        with self._lock:
            self.faults.append(words)

    def count(self, what: str) -> None:
        """Count something that is no operation on a right."""
        with self._lock:
            self.counts[what] += 1

    def operations(self) -> int:
        """Return how many operations on rights were done so far."""
        return sum(self.counts[kind] for kind in (Kind.GRANT, Kind.RELEASE, Kind.PRINTED))

    def by_right(self, rights: Iterable[str]) -> dict[str, list[Operation]]:
        """Return each right's operations, with those that may concern any."""
        return {right: self._of_right[right] + self._of_all for right in rights}
