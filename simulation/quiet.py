"""Silence: a thousand station-days of log lines would say nothing; the trace of a run says it."""

import logging

import structlog


def be_quiet() -> None:
    """Let station and emulator log nothing below critical in this process."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("emulator").setLevel(logging.CRITICAL)
