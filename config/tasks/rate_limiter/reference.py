import time
from collections import deque

_LIMIT = 10
_WINDOW_S = 60


class RateLimiter:
    def __init__(self):
        self.requests = {}

    def is_allowed(self, client_id):
        now = time.time()
        allowed = self.requests.setdefault(client_id, deque())
        while allowed and now - allowed[0] >= _WINDOW_S:
            allowed.popleft()
        if len(allowed) >= _LIMIT:
            return False
        allowed.append(now)
        return True
