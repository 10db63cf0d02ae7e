"""Names that Keras accepts, made from ONNX' names."""

import re


class Names:
    """Hands out unique names of letters, digits and underscores."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def safe(self, onnx_name: str) -> str:
        """Make a name that no layer has yet; upper and lower case count as one, as file systems may."""
        base = re.sub(r"[^A-Za-z0-9_]+", "_", onnx_name).strip("_") or "layer"
        name, number = base, 1
        while name.lower() in self.taken:
            number += 1
            name = f"{base}_{number}"
        self.taken.add(name.lower())
        return name
