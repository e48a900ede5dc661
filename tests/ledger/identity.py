"""Fictitious identity numbers, with the control digits as Skatteetaten publishes them."""

from datetime import date, timedelta

# The weights as published by Skatteetaten; the module states them with the control digit added.
K1 = (3, 7, 6, 1, 8, 9, 4, 5, 2)
K2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def control_digit(digits: str, weights: tuple[int, ...]) -> int:
    return -sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11


def tenor_numbers(count: int) -> list[str]:
    """Different fictitious numbers: born from 1 January 1990, with Tenor months."""
    numbers: list[str] = []
    day = date(1990, 1, 1)
    while len(numbers) < count:
        day += timedelta(days=1)
        stem = f"{day.day:02}{day.month + 80}{day.year % 100:02}{day.toordinal() % 500:03}"
        first = control_digit(stem, K1)
        second = control_digit(f"{stem}{first}", K2) if first < 10 else 10
        if second < 10:
            numbers.append(f"{stem}{first}{second}")
    return numbers
