"""Card sentence: what a card printer is doing or waiting for.

Theory of operation. The rules are asked in order and the first that has something to say is heard; what a person must
do something about comes before what goes on by itself, and the last one always speaks:

    power, restart > jam > something waited for > motion under way > trouble not cleared > too hot
    > cable out > cover open > job under way > card left inside > a supply short > ready
"""

from collections.abc import Iterator

from emulator.machine.stoppage import Cause
from emulator.window.sentence import Rule, Sentence, Tone, cable, first, power, restart, say
from emulator.window.sight import Sight, short_uid
from emulator.window.window_words import (
    MOTION_SENTENCES,
    PLACES,
    TROUBLES,
    WAITING_SENTENCES,
    Words,
    panel_words,
    trouble_words,
)

_BROKEN = (Cause.JAM, Cause.FEED_JAM, Cause.RIBBON_TORN)


def card_sentence(sight: Sight) -> Sentence:
    """Return what the printer is doing or waiting for."""
    return first(sight, _RULES) or _ready(sight)


def _place(sight: Sight) -> Words:
    assert sight.inside is not None, "only a card lies somewhere"
    where = sight.inside.position
    return PLACES.get(where, Words(where, where))


def _power(sight: Sight) -> Sentence | None:
    if sight.powered or sight.inside is None:
        return power(sight)
    card, place = short_uid(sight.inside.uid), _place(sight)
    return say(
        Tone.OFF,
        f"Listrik padam, kartu {card} tertahan di {place.indonesian}",
        f"The power is off; card {card} lies at the {place.english}",
    )


def _jam(sight: Sight) -> Sentence | None:
    if not sight.jammed:
        return None
    if sight.inside is None:
        return Sentence(WAITING_SENTENCES[Cause.JAM], Tone.TROUBLE)
    card, place = short_uid(sight.inside.uid), _place(sight)
    return say(
        Tone.TROUBLE,
        f"Macet di {place.indonesian}: buka tutup, keluarkan kartu {card}",
        f"Jam at the {place.english}: open the cover, take card {card} out",
    )


def _waiting(sight: Sight) -> Sentence | None:
    if sight.waiting is None:
        return None
    tone = Tone.TROUBLE if sight.waiting in _BROKEN else Tone.WAITS
    unknown = Words(f"Menunggu: {sight.waiting}", f"Waiting: {sight.waiting}")
    return Sentence(WAITING_SENTENCES.get(sight.waiting, unknown), tone)


def _motion(sight: Sight) -> Sentence | None:
    doing = sight.doing
    if doing is None:
        return None
    uid = sight.next_uid if sight.inside is None else sight.inside.uid
    known = MOTION_SENTENCES.get(doing.motion.partition(" ")[0])
    if known is None:
        words = Words(f"Bergerak: {doing.motion}", f"Moving: {doing.motion}")
    else:
        card, panel = short_uid(uid or "?"), panel_words(doing.panel or "")
        words = Words(
            known.indonesian.format(card=card, panel=panel.indonesian),
            known.english.format(card=card, panel=panel.english),
        )
    if not sight.plugged:
        words = Words(f"{words.indonesian}; kabel lepas", f"{words.english}; cable out")
    return Sentence(words, Tone.WORKS)


def _trouble(sight: Sight) -> Sentence | None:
    trouble = trouble_words(sight.errors)
    if trouble is None:
        return None
    trouble = _seen_cause(sight) or trouble
    return say(
        Tone.TROUBLE,
        f"Berhenti, {trouble.indonesian}: menunggu galat dihapus",
        f"Stopped, {trouble.english}: waiting until it is cleared",
    )


def _seen_cause(sight: Sight) -> Words | None:
    """Return what anybody can see to be the matter; the firmware's own word is wider."""
    ribbon = sight.ribbon
    if sight.cover_open:
        return Words("tutup terbuka", "cover open")
    if ribbon is not None and ribbon.torn:
        return TROUBLES[Cause.RIBBON_TORN]
    if sight.hopper == 0 and sight.inside is None:
        return TROUBLES[Cause.FEEDER_EMPTY]
    return None


def _cooling(sight: Sight) -> Sentence | None:
    heat = sight.heat
    if not (heat.cooling and sight.busy):
        return None
    now = "" if heat.head_c is None else f" ({heat.head_c:.0f} °C)"
    return say(
        Tone.WAITS,
        f"Mendinginkan: kepala terlalu panas{now}, cetak ditunda",
        f"Cooling: the head is too hot{now}, printing pauses",
    )


def _cover(sight: Sight) -> Sentence | None:
    if not sight.cover_open:
        return None
    return Sentence(WAITING_SENTENCES[Cause.COVER_OPEN], Tone.WAITS)


def _job(sight: Sight) -> Sentence | None:
    if sight.inside is not None and (sight.busy or sight.claimed):
        card = short_uid(sight.inside.uid)
        return say(
            Tone.WAITS,
            f"Kartu {card} di dalam, menunggu data berikutnya",
            f"Card {card} is inside; waiting for the host's next data",
        )
    if sight.busy or sight.claimed:
        return say(
            Tone.WAITS,
            "Host membuka pekerjaan: menunggu datanya",
            "A host has opened a job: waiting for its data",
        )
    return None


def _left_inside(sight: Sight) -> Sentence | None:
    if sight.inside is None:
        return None
    card, place = short_uid(sight.inside.uid), _place(sight)
    return say(
        Tone.WAITS,
        f"Kartu {card} tertinggal di {place.indonesian}: menunggu perintah",
        f"Card {card} still lies at the {place.english}: waiting for a command",
    )


def _supply(sight: Sight) -> Sentence | None:
    cause = next(_short_supplies(sight), None)
    if cause is None:
        return None
    words = TROUBLES[cause]
    return say(
        Tone.WAITS,
        f"Belum bisa mencetak: {words.indonesian}",
        f"It could not print now: {words.english}",
    )


def _short_supplies(sight: Sight) -> Iterator[Cause]:
    if sight.hopper == 0:
        yield Cause.FEEDER_EMPTY
    if sight.ribbon is None:
        yield Cause.RIBBON_MISSING
    elif sight.ribbon.torn:
        yield Cause.RIBBON_TORN
    elif sight.ribbon.remaining == 0:
        yield Cause.RIBBON_ENDED


def _ready(sight: Sight) -> Sentence:
    if sight.heat.cooling:
        return say(
            Tone.READY,
            "Siap, kepala masih mendingin: menunggu pekerjaan",
            "Ready, the head still cools down: waiting for a job",
        )
    if sight.cleaning_due:
        return say(
            Tone.READY,
            "Siap, tetapi perlu dibersihkan: menunggu pekerjaan",
            "Ready, but a cleaning is due: waiting for a job",
        )
    return say(Tone.READY, "Siap, menunggu pekerjaan", "Ready, waiting for a job")


_RULES: tuple[Rule, ...] = (
    _power,
    restart,
    _jam,
    _waiting,
    _motion,
    _trouble,
    _cooling,
    cable,
    _cover,
    _job,
    _left_inside,
    _supply,
)
