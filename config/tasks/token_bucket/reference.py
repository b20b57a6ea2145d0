class TokenBucket:
    """Buckets are measured in shares, of which `period_ms` make a token: then every amount is an integer."""

    def __init__(self, capacity: int, tokens: int, period_ms: int) -> None:
        if min(capacity, tokens, period_ms) < 1:
            raise ValueError("capacity, tokens and period_ms must be at least 1")
        self.full = capacity * period_ms
        self.shares_per_ms = tokens
        self.shares_per_token = period_ms
        self.buckets: dict[str, tuple[int, int]] = {}

    def allow(self, client_id: str, now_ms: int, cost: int = 1) -> bool:
        price = self._price(cost)
        shares, time_ms = self._refill(client_id, now_ms)
        if shares < price:
            return False
        self.buckets[client_id] = (shares - price, time_ms)
        return True

    def wait_ms(self, client_id: str, now_ms: int, cost: int = 1) -> int | None:
        price = self._price(cost)
        shares, _ = self._refill(client_id, now_ms)
        if price > self.full:
            return None
        return max(0, -((shares - price) // self.shares_per_ms))

    def _price(self, cost: int) -> int:
        if cost < 1:
            raise ValueError("a cost must be at least 1")
        return cost * self.shares_per_token

    def _refill(self, client_id: str, now_ms: int) -> tuple[int, int]:
        """Bring a bucket up to date; the shares it holds, and the time it is at."""
        shares, time_ms = self.buckets.get(client_id, (self.full, now_ms))
        passed_ms = max(0, now_ms - time_ms)
        shares = min(self.full, shares + passed_ms * self.shares_per_ms)
        self.buckets[client_id] = (shares, time_ms + passed_ms)
        return self.buckets[client_id]
