"""The commit of a checkout and what was changed since, and neither for a folder that is none."""

from __future__ import annotations

import subprocess
from pathlib import Path

from cis_study.checkout import commit_of


def test_commit_and_changed_files_outside_the_cache(tmp_path: Path) -> None:
    assert commit_of(tmp_path) is None
    for name in ("results/cached/s/manifest.json", "config/a.yaml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("1")
    git = ["git", "-c", "user.name=n", "-c", "user.email=e@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *arguments], cwd=tmp_path, check=True)
    clean = commit_of(tmp_path)
    assert clean is not None
    assert (len(clean["commit"]), clean["changed"]) == (40, [])
    for name in ("results/cached/s/manifest.json", "config/a.yaml", "untracked"):
        (tmp_path / name).write_text("2")
    assert commit_of(tmp_path) == {**clean, "changed": ["config/a.yaml"]}
    # A folder inside a checkout, such as an unpacked archive, is not the checkout.
    assert commit_of(tmp_path / "config") is None
