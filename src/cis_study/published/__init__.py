"""What a study publishes: its manifest, the committed record of every file, and whether both can be made again."""
