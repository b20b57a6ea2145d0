"""Every number of the LogoMesh scores, and the texts by which it stored failures as scores.

Source: the repository joshhickson/LogoMesh in three states, S2 = d51ab6d11 (Stage 2 and the published Tier 2),
T3 = 96fa92dd8 (the published Tier 3) and HEAD = 3d1e62458. Files are under src/green_logic/. None of the numbers
was calibrated there; they are kept to reproduce what was published.
"""

from __future__ import annotations

from cis_study.config import Weights

STAGE2_WEIGHTS = Weights(R=0.2, A=0.2, T=0.2, L=0.4)
"""S2 scoring.py:257."""
EQUAL_WEIGHTS = Weights(R=0.25, A=0.25, T=0.25, L=0.25)
"""T3 scoring.py:516, HEAD scoring.py:574."""

SANDBOX_CIS_CAP = 0.5
"""CIS of a submission whose tests failed in their sandbox; S2 server.py:259, T3 server.py:381."""
SANDBOX_L_CAP = 0.3
"""L of such a submission inside the sum, the stored L stays; T3 scoring.py:512."""
TRIVIAL_PENALTY = 0.05
"""An audit penalty up to this is not applied; T3 server.py:374. S2 applies every penalty."""

RATIONALE_BONUS_CHARACTERS = 1000
RATIONALE_BONUS_MAX = 0.1
"""R gains characters / 1000, at most 0.1; HEAD scoring.py:350."""
ARCHITECTURE_BASE = 0.80
ARCHITECTURE_CONSTRAINT_SHARE = 0.5
"""A is the base less this share of the constraint penalty; HEAD scoring.py:379-380."""
ARCHITECTURE_CLEAN_FLOOR = 0.75
"""Least A before the cosine where the red agent found nothing; HEAD scoring.py:389-390."""
ARCHITECTURE_COSINE_SLOPE = 0.1
ARCHITECTURE_COSINE_CENTRE = 0.5
"""A gains slope x (cosine of rationale and code - centre); HEAD scoring.py:394."""
TESTING_BASE = 0.20
TESTING_PASS_SLOPE = 0.65
TESTING_SPECIFICITY_SLOPE = 0.25
TESTING_SPECIFICITY_CENTRE = 0.6
"""T = base + slope x pass rate + slope x (specificity - centre); HEAD scoring.py:418-421."""
JUDGE_REACH = 0.10
"""The judge takes at most this from R, A and T; nothing bounds what it adds, or L; HEAD scoring.py:563-565."""
MISMATCH_BELOW = 0.35
MISMATCH_BASE = 0.30
MISMATCH_SLOPE = 0.70
"""Below this cosine of task and code, CIS is multiplied by base + slope x cosine / 0.35; HEAD scoring.py:580-582."""

REVIEW_FAILED = ("Logic review timed out", "Logic review failed")
"""Starts of the critique that stands where the logic review gave none; S2 scoring.py:88-91, HEAD alike."""
FAILED_REVIEW_L = 0.5
"""L that was stored for a failed review, inside the range of real values."""
EVALUATION_FAILED = "Scoring failed due to error"
"""Start of the breakdown where the second judge call failed; R, A and T were stored as 0, CIS as 0.4 L."""
AGENT_ERROR = "Error: "
"""Start of the message by which the contestant's server reported its own exception; it was scored as source code.
scenarios/security_arena/agents/generic_defender.py:134."""
UNPARSED_RATIONALE = "Parsing failed"
"""Rationale that was stored for a reply that is no JSON; S2 server.py:146."""
