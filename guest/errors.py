"""What can go wrong on the host's side of the machine test."""


class MachineTestError(Exception):
    """The run can't go on; the message says what happened, where, and what to do."""
