"""The one exception of the study: every message says where, what, why and what to do."""

from __future__ import annotations


class StudyError(Exception):
    """A problem the user can act on.

    Args:
        where: the key or file that is wrong.
        value: the value found there.
        why: why it is wrong.
        fix: what to do about it.
    """

    def __init__(self, where: object, value: object, why: str, fix: str) -> None:
        super().__init__(f"{where}: {value!s}: {why}. {fix}")
        self.where = str(where)
        self.value = value
        self.why = why
        self.fix = fix


class EngineLost(StudyError):
    """The engine died or stopped answering; battles in flight may be asked again of a fresh one."""
