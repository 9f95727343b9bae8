"""What a design may ask of this family: which panels each ribbon has for each side, and what a stripe takes.

ribbon   front   back        the back of YMCKO takes a second set of panels: two prints of the ribbon
ymcko    ymc k o ymc k o
ymckok   ymc k o k
k        k       k
ko       k o     k o
"""

from drivers.card import CardDesign, CardFace, Ribbon
from drivers.errors import DesignNotPrintableError
from drivers.magnetic import require_writable

_DYE, _OVERLAY = "dye", "overlay"
_ALL = frozenset({_DYE, _OVERLAY})
_NONE: frozenset[str] = frozenset()

# What a side can have beside resin, which every ribbon of ours has on both.
_FRONT = {
    Ribbon.YMCKO: _ALL,
    Ribbon.YMCKOK: _ALL,
    Ribbon.KO: frozenset({_OVERLAY}),
    Ribbon.K: _NONE,
}
_BACK = _FRONT | {Ribbon.YMCKOK: _NONE}


def require_printable(design: CardDesign) -> None:
    """Refuse a design that no printer of the family can print.

    Raises:
        DesignNotPrintableError: dye or overlay where the ribbon has no panel for it, or a track out of its rules.
    """
    _require_panels(design.front, "front", design.ribbon, _FRONT[design.ribbon])
    if design.back is not None:
        _require_panels(design.back, "back", design.ribbon, _BACK[design.ribbon])
    require_writable(design.tracks)


def _require_panels(face: CardFace, side: str, ribbon: Ribbon, panels: frozenset[str]) -> None:
    if face.overlay and _OVERLAY not in panels:
        raise DesignNotPrintableError(
            f"a {ribbon} ribbon has no overlay for the {side}; make that side without it"
        )
    if _DYE not in panels and bool((face.colour != 255).any()):
        raise DesignNotPrintableError(
            f"a {ribbon} ribbon has no colour for the {side}; make that side black and white"
        )
