def fibonacci(n):
    if n <= 0:
        return 0
    return _pair(n)[0]


def _pair(n):
    """The n-th Fibonacci number and the next, by doubling."""
    if n == 0:
        return 0, 1
    a, b = _pair(n // 2)
    even = a * (2 * b - a)
    odd = a * a + b * b
    if n % 2 == 0:
        return even, odd
    return odd, even + odd
