"""Which models the study should compare: rules over published figures, the choice they lead to, and its report."""
