"""Axis rules: from the orders of inputs to the orders of outputs. Small pure objects without Keras or ONNX."""

from onnx_keras.axis_rules.along import Along, Gathers, PerAxis, Reduces
from onnx_keras.axis_rules.contracts import Contracts, ContractsLastAxes, MultipliesMatrices
from onnx_keras.axis_rules.elementwise import Elementwise
from onnx_keras.axis_rules.facts import Arrangement, AxisRule, Facts, Fixed
from onnx_keras.axis_rules.flattens import Flattens
from onnx_keras.axis_rules.normalizing import Normalizes, Places
from onnx_keras.axis_rules.permutes import Passes, Permutes
from onnx_keras.axis_rules.quantizing import EitherFormat, JoinsScaled, Scales, WithScalars
from onnx_keras.axis_rules.recurrent import Recurs
from onnx_keras.axis_rules.regroups import Broadcasts, Regroups
from onnx_keras.axis_rules.spatial import Channels, Spatial
from onnx_keras.axis_rules.unit_axes import Inserts, Squeezes
from onnx_keras.axis_rules.variants import (
    AlongIfGiven,
    AlongStraight,
    AsFirst,
    AsWhole,
    Classifies,
    Locates,
    LocatesToo,
    TellsType,
)

__all__ = [
    "Along",
    "AlongIfGiven",
    "AlongStraight",
    "Arrangement",
    "AsFirst",
    "AsWhole",
    "AxisRule",
    "Broadcasts",
    "Channels",
    "Classifies",
    "Contracts",
    "ContractsLastAxes",
    "EitherFormat",
    "Elementwise",
    "Facts",
    "Fixed",
    "Flattens",
    "Gathers",
    "Inserts",
    "JoinsScaled",
    "Locates",
    "LocatesToo",
    "MultipliesMatrices",
    "Normalizes",
    "Passes",
    "PerAxis",
    "Permutes",
    "Places",
    "Recurs",
    "Reduces",
    "Regroups",
    "Scales",
    "Spatial",
    "Squeezes",
    "TellsType",
    "WithScalars",
]
