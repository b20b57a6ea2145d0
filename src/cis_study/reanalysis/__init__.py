"""LogoMesh's own battles read again: what was published, what reproduces, what changes."""
