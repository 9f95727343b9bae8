"""What a design may ask of a ribbon: which panels each has for each side.

ribbon   front   back        the back of YMCKO takes a second set of panels: two prints of the ribbon
ymcko    ymc k o ymc k o
ymckok   ymc k o k
k        k       k
ko       k o     k o
"""

from drivers.card import CardDesign, CardFace, Ribbon
from drivers.errors import DesignNotPrintableError

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


def require_panels(design: CardDesign) -> None:
    """Refuse a design that asks its ribbon for panels it has not.

    Raises:
        DesignNotPrintableError: dye or overlay on a side for which the ribbon has no panel.
    """
    _require_side(design.front, "front", design.ribbon, _FRONT[design.ribbon])
    if design.back is not None:
        _require_side(design.back, "back", design.ribbon, _BACK[design.ribbon])


def has_panels(ribbon: Ribbon, *, back: bool) -> tuple[bool, bool]:
    """Tell whether a side of a ribbon has dye, and whether it has overlay."""
    found = (_BACK if back else _FRONT)[ribbon]
    return _DYE in found, _OVERLAY in found


def _require_side(face: CardFace, side: str, ribbon: Ribbon, panels: frozenset[str]) -> None:
    if face.overlay and _OVERLAY not in panels:
        raise DesignNotPrintableError(
            f"a {ribbon} ribbon has no overlay for the {side}; make that side without it"
        )
    if _DYE not in panels and bool((face.colour != 255).any()):
        raise DesignNotPrintableError(
            f"a {ribbon} ribbon has no colour for the {side}; make that side black and white"
        )
