"""Whatever comes in from outside: drawn, damaged and malformed, it is refused clearly or understood."""
