"""The check digit of a bank card number (Luhn), which lets a bank see a slip of the pen."""


def check_digit(body: str) -> str:
    """Compute the digit that belongs behind ``body``.

    >>> check_digit("7992739871")
    '3'
    """
    digits = [int(d) for d in reversed(body)]
    doubled = (d * 2 - 9 if d > 4 else d * 2 for d in digits[::2])
    return str(-(sum(doubled) + sum(digits[1::2])) % 10)


def with_check_digit(body: str) -> str:
    """Write a card number with its check digit."""
    return body + check_digit(body)


def is_account(number: str) -> bool:
    """Tell whether a card number's check digit fits."""
    return number.isdigit() and len(number) > 1 and check_digit(number[:-1]) == number[-1]
