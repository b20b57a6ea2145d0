"""What runs inside the sandbox. Standard library only; nothing here holds an expected value."""
