"""Does an instrument deserve to be believed? From its scores of battles, controls and edited submissions to findings.

This room stands right of `scoring` and `statistics`, whose scores and resampling it uses, and left of figures, tables
and paper, which show its findings. `statistics` asks what the contestants are worth, this room what the score is.
"""
