"""What each panel shall lay on a card, straight from the face: the yardstick for planes, whoever reads them."""

import numpy as np
import numpy.typing as npt

from drivers.card import CardFace

Ink = npt.NDArray[np.uint8]


def ink_of_face(face: CardFace) -> dict[str, Ink]:
    """Return ink by panel, 648 x 1016 in card orientation, 0 none to 255 full; no dye under resin."""
    ink = {
        panel: np.where(face.resin, 0, 255 - face.colour[:, :, channel]).astype(np.uint8)
        for panel, channel in (("y", 2), ("m", 1), ("c", 0))
    }
    ink["k"] = np.where(face.resin, 255, 0).astype(np.uint8)
    ink["o"] = np.full(face.resin.shape, 255 if face.overlay else 0, np.uint8)
    return ink
