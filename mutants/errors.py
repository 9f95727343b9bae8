"""Why a run cannot say anything."""


class RunError(Exception):
    """The run is worth nothing: the copy is not what is imported, or the laws fail without any mutant."""
