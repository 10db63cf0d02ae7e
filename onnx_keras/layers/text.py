"""Operators on text; only TensorFlow has tensors of it."""

from collections.abc import Iterator
from typing import Any

from onnx_keras.axis_rules import Elementwise
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator

CASES = ("NONE", "LOWER", "UPPER")
OTHER_CASES = ("tr", "az", "lt")
"""Languages that turn some letters to others than the rest of the world when they change between small and capital."""


@operator(since_version=20)
class StringConcat(Operator):
    """Put strings together, element by element.

    Inputs:
        x: Tensor of text of any shape.
        y: What follows, of a shape that broadcasts with that of `x`.

    Specification: https://onnx.ai/onnx/operators/onnx__StringConcat.html
    """

    axis_rule = Elementwise()

    def compute(self, x: Any, y: Any) -> Any:
        return native.joined_text(x, y)


@operator(since_version=20)
class RegexFullMatch(Operator):
    """Say of each string whether a regular expression matches all of it.

    Inputs:
        x: Tensor of text of any shape.

    Attributes:
        pattern: The expression, in the syntax of RE2.

    Specification: https://onnx.ai/onnx/operators/onnx__RegexFullMatch.html
    """

    pattern: str = ""

    axis_rule = Elementwise()

    def compute(self, x: Any) -> Any:
        return native.matches_text(x, self.pattern)


@operator(since_version=20)
class StringSplit(Operator):
    """Split each string.

    Inputs:
        x: Tensor of text of any shape.

    Attributes:
        delimiter: What stands between the parts; by default any run of white space.
        maxsplit: How often a string is split at most.

    Returns:
        The parts in a new last axis, filled up with empty strings, and how many there are of each.

    Specification: https://onnx.ai/onnx/operators/onnx__StringSplit.html
    """

    delimiter: str = ""
    maxsplit: int | None = None

    depends_on_data = True

    def compute(self, x: Any) -> Any:
        return native.split_text(x, self.delimiter, -1 if self.maxsplit is None else self.maxsplit)


@operator(since_version=10)
class StringNormalizer(Operator):
    """Drop stop words, and turn all letters to small or capital ones.

    Inputs:
        x: A vector of text, or a matrix of one row.

    Attributes:
        case_change_action: "NONE", "LOWER" or "UPPER".
        is_case_sensitive: Whether a word with other capitals is no stop word.
        locale: Whose letters they are. Those of all languages but Turkish, Azeri and Lithuanian are the same.
        stopwords: The stop words.

    Returns:
        The words that are left, or an empty string if none is.

    Specification: https://onnx.ai/onnx/operators/onnx__StringNormalizer.html
    """

    case_change_action: str = "NONE"
    is_case_sensitive: int = 0
    locale: str = ""
    stopwords: tuple[str, ...] = ()

    depends_on_data = True

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["case_change_action"] not in CASES:
            yield f"case_change_action={attributes['case_change_action']}"
        if attributes["locale"][:2].lower() in OTHER_CASES:
            yield f"locale={attributes['locale']}"

    def compute(self, x: Any, *, stopwords: Any) -> Any:
        changed = native.text_in_case(x, self.case_change_action)
        if stopwords is None:
            return native.kept_text(changed, None)
        compared = [t if self.is_case_sensitive else native.text_in_case(t, "LOWER") for t in (stopwords, x)]
        return native.kept_text(changed, native.positions_of_text(*compared) == stopwords.shape[0])


@operator(domain="com.microsoft", since_version=1)
class Tokenizer(Operator):
    """Part each string into words.

    Inputs:
        x: A vector or matrix of text.

    Attributes:
        mark: Whether marks stand around the words: only 0.
        mincharnum: How many characters a word has at least; shorter ones are dropped.
        pad_value: What rows with fewer words are filled up with.
        separators: Regular expressions for what stands between words; an empty one parts all characters.
        tokenexp: A regular expression for words, instead of separators.

    Returns:
        The words in a new last axis.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
    """

    mark: int
    mincharnum: int
    pad_value: str
    separators: tuple[str, ...] = ()
    tokenexp: str = ""

    depends_on_data = True

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["mark"]:
            yield f"mark={attributes['mark']}"
        if bool(attributes["separators"]) == bool(attributes["tokenexp"]):
            yield "separators and tokenexp" if attributes["tokenexp"] else "neither separators nor tokenexp"

    def compute(self, x: Any) -> Any:
        word = r"(?s:.)" if self.separators == ("",) else self.tokenexp
        return native.words_of_text(x, word, self.separators, self.mincharnum, self.pad_value)
