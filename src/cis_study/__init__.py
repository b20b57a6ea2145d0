"""Does the Code Integrity Score tell code models of different quality apart?"""
