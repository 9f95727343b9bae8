"""What Evolis status bits mean in IPP's words (printer-state-reasons, RFC 8011 and PWG 5100.9).

Severity error is what must stop the next card: every ERR bit, and those WAR bits on which the vendor's host refuses to
print or calls for an action. The other WAR bits and what wears out are warnings. A bit that is not here is a fact, not
a reason. `x-` keywords are ours; the nearest registered one stands beside them.
"""

from drivers.status import Severity, StateReason


def _error(*keywords: str) -> tuple[StateReason, ...]:
    return tuple(StateReason(keyword, Severity.ERROR) for keyword in keywords)


def _warning(*keywords: str) -> tuple[StateReason, ...]:
    return tuple(StateReason(keyword, Severity.WARNING) for keyword in keywords)


def _report(*keywords: str) -> tuple[StateReason, ...]:
    return tuple(StateReason(keyword, Severity.REPORT) for keyword in keywords)


REASONS: dict[str, tuple[StateReason, ...]] = {
    # cards: feeder, path, output
    "WAR_FEEDER_EMPTY": _error("media-empty"),
    "WAR_FEEDER_OPEN": _error("door-open", "x-feeder-open"),
    "WAR_WAIT_CARD": _error("media-needed"),
    "WAR_HOPPER_FULL": _error("output-area-full"),
    "WAR_REJECT_BOX_FULL": _error("output-area-full", "x-reject-box-full"),
    "WAR_REJECT_BOX_COVER_OPEN": _error("door-open", "x-reject-box-open"),
    "WAR_CARD_ON_EJECT": _error("output-area-full", "x-card-on-eject"),
    "ERR_FEEDER_ERROR": _error("media-path-input-feed-error"),
    "ERR_FEEDER_OPEN": _error("door-open", "x-feeder-open"),
    "ERR_NO_CARD_INSERTED": _error("media-needed"),
    "ERR_MECHANICAL": _error("media-jam", "x-mechanical-error"),
    "ERR_HOPPER_FULL": _error("output-area-full"),
    "ERR_REJECT_BOX_FULL": _error("output-area-full", "x-reject-box-full"),
    "ERR_REJECT_BOX_COVER_OPEN": _error("door-open", "x-reject-box-open"),
    "ERR_CARD_ON_EJECT": _error("output-area-full", "x-card-on-eject"),
    "INF_FEEDER_NEAR_EMPTY": _warning("media-low"),
    "INF_FEEDER1_EMPTY": _warning("media-low", "x-feeder-1-empty"),
    "INF_FEEDER2_EMPTY": _warning("media-low", "x-feeder-2-empty"),
    "INF_FEEDER3_EMPTY": _warning("media-low", "x-feeder-3-empty"),
    "INF_FEEDER4_EMPTY": _warning("media-low", "x-feeder-4-empty"),
    "INF_FEEDER1_NEAR_EMPTY": _report("media-low", "x-feeder-1-near-empty"),
    "INF_FEEDER2_NEAR_EMPTY": _report("media-low", "x-feeder-2-near-empty"),
    "INF_FEEDER3_NEAR_EMPTY": _report("media-low", "x-feeder-3-near-empty"),
    "INF_FEEDER4_NEAR_EMPTY": _report("media-low", "x-feeder-4-near-empty"),
    "INF_REJECTBOX1_FULL": _warning("output-area-almost-full", "x-reject-box-full"),
    "INF_X08_EJECTBOX_FULL": _warning("output-area-almost-full", "x-eject-box-full"),
    "INF_X08_FEEDER_OPEN": _warning("door-open", "x-feeder-open"),
    "WAR_LIFT_POSITION": _warning("other", "x-lift-position"),
    "WAR_TROLLEY_POSITION": _warning("other", "x-trolley-position"),
    # ribbon
    "WAR_NO_RIBBON": _error("marker-print-ribbon-missing", "marker-supply-missing"),
    "WAR_RIBBON_ENDED": _error("marker-print-ribbon-empty", "marker-supply-empty"),
    "WAR_UNSUPPORTED_RIBBON": _error("marker-supply-failure", "x-ribbon-unsupported"),
    "WAR_REMOVE_RIBBON": _error("marker-supply-failure", "x-ribbon-to-remove"),
    "ERR_RIBBON_ERROR": _error("marker-supply-failure"),
    "ERR_BAD_RIBBON": _error("marker-supply-failure", "x-ribbon-unsupported"),
    "ERR_RIBBON_ENDED": _error("marker-print-ribbon-empty", "marker-supply-empty"),
    "INF_RIBBON_LOW": _warning("marker-print-ribbon-almost-empty", "marker-supply-low"),
    "INF_UNKNOWN_RIBBON": _warning("other", "x-ribbon-unknown"),
    "INF_WRONG_ZONE_RIBBON": _warning("other", "x-ribbon-wrong-zone"),
    "INF_WRONG_ZONE_ALERT": _warning("other", "x-ribbon-wrong-zone"),
    "INF_WRONG_ZONE_EXPIRED": _error("marker-supply-failure", "x-ribbon-wrong-zone"),
    "INF_RIBBON_CHANGED": _report("x-ribbon-changed"),
    "INF_INDENTING_LOW": _warning("marker-supply-low", "x-indenting-ribbon-low"),
    "WAR_INDENTING_NO_RIBBON": _warning("marker-supply-missing", "x-indenting-ribbon-missing"),
    # retransfer film and laminate: second supplies
    "WAR_NO_CLEAR": _error("marker-supply-missing", "x-film-missing"),
    "WAR_CLEAR_END": _error("marker-supply-empty", "x-film-empty"),
    "WAR_CLEAR_UNSUPPORTED": _error("marker-supply-failure", "x-film-unsupported"),
    "ERR_CLEAR_ERROR": _error("marker-supply-failure", "x-film-error"),
    "ERR_CLEAR_ENDED": _error("marker-supply-empty", "x-film-empty"),
    "ERR_BAD_CLEAR": _error("marker-supply-failure", "x-film-unsupported"),
    "INF_CLEAR_LOW": _warning("marker-supply-low", "x-film-low"),
    "INF_CLEAR_UNKNOWN": _warning("other", "x-film-unknown"),
    "INF_CLEAR_CHANGED": _report("x-film-changed"),
    "INF_WRONG_ZONE_CLEAR": _warning("other", "x-film-wrong-zone"),
    "INF_WRONG_ZONE_CLEAR_ALERT": _warning("other", "x-film-wrong-zone"),
    "INF_WRONG_ZONE_CLEAR_EXPIRED": _error("marker-supply-failure", "x-film-wrong-zone"),
    "WAR_NO_LAMINATE": _error("marker-supply-missing", "x-laminate-missing"),
    "WAR_LAMINATE_END": _error("marker-supply-empty", "x-laminate-empty"),
    "WAR_LAMINATE_UNSUPPORTED": _error("marker-supply-failure", "x-laminate-unsupported"),
    "WAR_LAMI_COVER_OPEN": _error("cover-open", "x-laminator-cover-open"),
    "WAR_LAMI_HOPPER_FULL": _error("output-area-full", "x-laminator-hopper-full"),
    "ERR_LAMI_TEMPERATURE": _error("fuser-over-temp", "x-laminator-temperature"),
    "ERR_LAMINATE": _error("marker-supply-failure", "x-laminate-error"),
    "ERR_LAMI_MECHANICAL": _error("media-jam", "x-laminator-mechanical-error"),
    "ERR_LAMINATE_END": _error("marker-supply-empty", "x-laminate-empty"),
    "ERR_LAMI_COVER_OPEN": _error("cover-open", "x-laminator-cover-open"),
    "INF_LAMINATE_LOW": _warning("marker-supply-low", "x-laminate-low"),
    "INF_LAMINATE_UNKNOWN": _warning("other", "x-laminate-unknown"),
    "INF_LAMI_TEMP_NOT_READY": _report("x-laminator-warming-up"),
    # covers, heat, power
    "WAR_COVER_OPEN": _error("cover-open"),
    "ERR_COVER_OPEN": _error("cover-open"),
    "WAR_RECEPTACLE_OPEN": _warning("door-open", "x-receptacle-open"),
    "INF_PHYSICAL_COVER_OPEN": _warning("cover-open"),
    "WAR_COOLING": _error("marker-over-temperature", "x-cooling"),
    "ERR_HEAD_TEMP": _error("marker-over-temperature", "x-head-temperature"),
    "ERR_RET_TEMPERATURE": _error("marker-over-temperature", "x-retransfer-temperature"),
    "INF_HEATING": _report("marker-warming-up"),
    "INF_HEAT_ROLLER_WORN_OUT": _warning("other", "x-heat-roller-worn"),
    "WAR_POWER_SUPPLY": _warning("other", "x-power-supply"),
    "WAR_EPS_NO_AUTO": _warning("other", "x-power-save-not-automatic"),
    "INF_SLEEP_MODE": _report("standby"),
    # cleaning
    "INF_CLEANING": _warning("other", "x-cleaning-due"),
    "INF_CLEANING_REQUIRED": _warning("other", "x-cleaning-due"),
    "INF_CLEANING_MANDATORY": _warning("other", "x-cleaning-mandatory"),
    "INF_CLEANING_ADVANCED": _warning("other", "x-advanced-cleaning-due"),
    "INF_CLEAN_OUTWARRANTY": _warning("other", "x-cleaning-out-of-warranty"),
    "INF_CLEAN_LAST_OUTWARRANTY": _warning("other", "x-cleaning-out-of-warranty"),
    "INF_CLEAN_REMINDER": _warning("other", "x-cleaning-due"),
    "INF_LAMI_CLEANING": _warning("other", "x-laminator-cleaning-due"),
    "INF_CLEAN_2ND_PASS": _report("x-cleaning-second-pass"),
    "INF_READY_FOR_CLEANING": _report("x-ready-for-cleaning"),
    "INF_LAMI_READY_FOR_CLEANING": _report("x-ready-for-cleaning"),
    # magnetic stripe, options, electronics
    "ERR_BLANK_TRACK": _error("other", "x-magnetic-blank-track"),
    "ERR_MAGNETIC_DATA": _error("other", "x-magnetic-data-error"),
    "ERR_READ_MAGNETIC": _error("other", "x-magnetic-read-error"),
    "ERR_WRITE_MAGNETIC": _error("other", "x-magnetic-write-error"),
    "ERR_NO_OPTION": _error("other", "x-option-missing"),
    "ERR_FEATURE": _error("other", "x-feature-error"),
    "ERR_INTERNAL_PRINTER": _error("subunit-unrecoverable-failure", "x-internal-error"),
    "ERR_HARDWARE": _error("subunit-unrecoverable-failure", "x-hardware-error"),
    "WAR_PRINTER_LOCKED": _error("other", "x-printer-locked"),
}

UNKNOWN_BIT = {  # a bit without a name, by the kind of word it stands in
    "WAR": _warning("other", "x-unknown-warning"),
    "ERR": _error("other", "x-unknown-error"),
}
