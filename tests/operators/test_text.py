"""Operators on text."""

import functools

import keras
import numpy as np

import onnx_keras
from tests.operators.matrix import case, constant, fails, live, model_of


def words(*values):
    return live(list(values), "string")


def text(values):
    return live(values, "string")


split = functools.partial(case, "StringSplit", outputs=(1, 1), oracle="reference")
WORDS = words("Monday", "tuesday", "ÜBER")
TABLE = text([["a,b", "c"], ["", ",d,"]])
vectorizer = functools.partial(
    case,
    "TfIdfVectorizer",
    mode="TF",
    min_gram_length=1,
    max_gram_length=2,
    max_skip_count=0,
    ngram_counts=[0, 4],
    ngram_indexes=[0, 1, 2, 3, 4, 5, 6],
    pool_int64s=[2, 3, 5, 4, 5, 6, 7, 8, 6, 7],
)
NUMBERS = live([[1, 1, 3, 3, 3, 7], [8, 6, 7, 5, 6, 8]], "int64")
WEIGHTS = [0.5, 2.0, 1.5, 1.0, 3.0, 0.25, 4.0]
TOKENS = text([["a", "b", "a", "ü"], ["b", "a", "?", "b"]])
tokens = functools.partial(case, "Tokenizer", domain="com.microsoft", opset=1, mark=0, pad_value="#", mincharnum=1)
letters = functools.partial(
    case,
    "TfIdfVectorizer",
    min_gram_length=1,
    max_gram_length=3,
    ngram_counts=[0, 2, 6],
    ngram_indexes=[3, 0, 2, 1, 4],
    pool_strings=["a", "ü", "a", "b", "b", "a", "a", "b", "a"],
)

CASES = [
    case("StringConcat", TABLE, words("x", "ü"), opset=20),
    case("StringConcat", TABLE, constant("!", "string")),
    case("RegexFullMatch", words("www.google.com", "www.facebook.com", ""), pattern=r"www\.[\w.-]+\.\bcom\b", opset=20),
    case("RegexFullMatch", TABLE, pattern=r"(?i)[A-Z,]*"),
    split(words("a b  c", " d ", "", "ä\tö"), opset=20),
    *[split(TABLE, delimiter=",", maxsplit=m) for m in (None, 1)],
    *[split(words("a b  c", "d e", " f g h  i "), maxsplit=m) for m in (1, 2)],
    split(words("a--b-c", "--"), delimiter="--"),
    case("StringNormalizer", WORDS, opset=10),
    # ONNX' reference takes accents away, and ONNX Runtime wants a locale of the system.
    case("StringNormalizer", WORDS, case_change_action="LOWER", expected=[np.array(["monday", "tuesday", "über"])]),
    case("StringNormalizer", WORDS, case_change_action="UPPER", expected=[np.array(["MONDAY", "TUESDAY", "ÜBER"])]),
    case("StringNormalizer", words("monday", "Tuesday", "x"), stopwords=["Monday", "x"], is_case_sensitive=1),
    case("StringNormalizer", words("monday", "Tuesday"), stopwords=["Monday"], case_change_action="UPPER"),
    case("StringNormalizer", text([["monday", "Tuesday"]]), stopwords=["Monday"], case_change_action="LOWER"),
    case("StringNormalizer", words("monday"), stopwords=["monday"], is_case_sensitive=1, why="nothing is left"),
    case("StringNormalizer", text([["monday"]]), stopwords=["monday"], is_case_sensitive=1, locale="en_US"),
    fails("StringNormalizer", words("I"), locale="tr_TR", match="locale=tr_TR"),
    *[vectorizer(NUMBERS, max_skip_count=skips, opset=9) for skips in (0, 1, 5)],
    vectorizer(NUMBERS, min_gram_length=2, max_skip_count=5),
    vectorizer(NUMBERS, max_gram_length=1),
    *[vectorizer(NUMBERS, mode=mode, weights=WEIGHTS) for mode in ("IDF", "TFIDF")],
    vectorizer(NUMBERS, mode="IDF"),
    vectorizer(live([1, 3, 3, 8, 6, 7], "int32"), max_skip_count=1),
    *[letters(TOKENS, mode=mode, max_skip_count=skips) for mode, skips in (("TF", 0), ("TFIDF", 1))],
    letters(words("a", "b", "a"), mode="IDF", max_skip_count=0),
    tokens(words("the cat's 2 ears", "", "über"), tokenexp="[a-zA-Z0-9_]+"),
    tokens(text([["a b", "c"], ["", "d  e f"]]), separators=[" "]),
    tokens(words("a,b;c", "dd;e,ff"), separators=[",", ";"], mincharnum=2),
    tokens(words("ab", "ü"), separators=[""]),
    fails("Tokenizer", WORDS, domain="com.microsoft", opset=1, mark=1, pad_value="", mincharnum=1, match="mark=1"),
    case("Equal", TABLE, words("c", "c"), opset=19),
    case("Gather", TABLE, constant([1, 0]), oracle="reference"),
    case("Concat", TABLE, TABLE, axis=1),
    case("Reshape", TABLE, constant([-1])),
    case("Where", live([True, False], "bool"), TABLE, text([["x"]])),
    case("Transpose", TABLE, perm=[1, 0]),
    case("Unsqueeze", TABLE, constant([0])),
]


def test_words_that_are_no_configuration_are_weights(tmp_path):
    pool = [f"word {i}" for i in range(40)]
    options = {"pool_strings": pool, "ngram_counts": [0], "ngram_indexes": list(range(40)), "max_gram_length": 1}
    given = text([["word 3", "word 39", "word 3", "none"]])
    made = case("TfIdfVectorizer", given, mode="TF", min_gram_length=1, max_skip_count=0, **options)
    model = onnx_keras.load(model_of(made))
    assert "word 3" not in model.to_json()
    model.save(tmp_path / "m.keras")
    counts = onnx_keras.run(keras.saving.load_model(tmp_path / "m.keras"), [given.array])
    assert (counts[0, 3], counts[0, 39], counts.sum()) == (2, 1, 3)
