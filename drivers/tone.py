"""Tone curves: how much dye a ribbon is given for what the eye shall see.

Raw ink is what white lacks (255 - R, G, B), and dye laid on so runs into one dark mass: the three passes heat each
other's dye, and full heat gives more than full colour. A curve gives less, by three anchors for each dye, straight
between them:

    ink      what is known [SDK: the vendor's host with its colour profile on; docs/protocols/evolis.md, 4.3]
    0        0: white stays white
    127      yellow 123, magenta 110, cyan 105, of a mid-grey
    255      yellow 192, magenta 198, of a pure red; cyan is taken as 195 [GUESS: the middle of the two]

No real ribbon has been measured with it. So a station prints raw until its office says otherwise, and a technician sees
the difference on the test card (docs/COLOUR.md).
"""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from drivers.card import Ribbon

Curve = npt.NDArray[np.uint8]  # 3 x 256: for cyan, magenta, yellow, the dye of each raw ink
Anchors = Sequence[tuple[int, int]]

_YMC: Mapping[str, Anchors] = {
    "c": ((0, 0), (127, 105), (255, 195)),
    "m": ((0, 0), (127, 110), (255, 198)),
    "y": ((0, 0), (127, 123), (255, 192)),
}
ANCHORS: Mapping[Ribbon, Mapping[str, Anchors]] = {Ribbon.YMCKO: _YMC, Ribbon.YMCKOK: _YMC}


@cache
def curve_of(ribbon: Ribbon) -> Curve | None:
    """Return a ribbon's curve, None for one without dye; read-only."""
    anchors = ANCHORS.get(ribbon)
    if anchors is None:
        return None
    ink = np.arange(256)
    rows = [
        np.interp(ink, [at for at, _ in anchors[dye]], [to for _, to in anchors[dye]])
        for dye in "cmy"
    ]
    curve = np.rint(rows).astype(np.uint8)
    curve.flags.writeable = False
    return curve


def toned(dye: npt.NDArray[np.uint8], curve: Curve) -> npt.NDArray[np.uint8]:
    """Return the dye (3 x any shape: cyan, magenta, yellow) after its curve."""
    return np.stack([np.take(row, plane) for row, plane in zip(curve, dye, strict=True)])
