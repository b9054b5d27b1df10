"""Phrasings for months, quarters and other parts of years; slots as in `phrasings`.

``ups`` holds changes with what they are measured from (``up {F5} on the month before and down {F7}
on a year earlier``), ``part`` and ``parts`` the length of the periods, ``so_far`` a year to date.
"""

from __future__ import annotations

PARTS: dict[str, tuple[str, ...]] = {
    "part_now": (
        "In {t}, [{Ps}|{nats}] {N} {at} {v}, {ups}.",
        "[{Ps}|{nats}] {N} {at} {v} in {t}, {ups}.",
        "{TN} in {P} {at} {v} in {t}, {ups}.",
        "In {P}, {TN} {at} {v} in {t}, {ups}.",
        "At {v} in {t}, {TN} in {P} was {ups}.",
        "For {t}, the data put {TN} in {P} at {v}, {ups}.",
    ),
    "part_before": (
        "{TN} in {P} had [stood at|been] {w} in {b} and {x} in {u}.",
        "The figures behind this are {w} in {b} and {x} in {u} for {TN} in {P}.",
        "In {b}, [{Ps}|{nats}] {N} had [stood at|been] {w}, and in {u} {x}.",
        "For {TN} in {P}, the data show {w} in {b} and {x} in {u}.",
    ),
    "part_to_date": (
        "In {so_far}, {TN} in {P} added up to {y}, {ups}.",
        "Over {so_far}, [{Ps}|{nats}] {N} came to {y}, {ups}.",
        "Added up over {so_far}, {TN} in {P} reached {y}, {ups}.",
        "[{Ps}|{nats}] {N} came to {y} in {so_far}, {ups}.",
    ),
    "part_to_date_plain": (
        "In {so_far}, {TN} in {P} added up to {y}.",
        "Over {so_far}, [{Ps}|{nats}] {N} came to {y}.",
        "Added up over {so_far}, {TN} in {P} reached {y}.",
    ),
    "part_years": (
        "In the {parts} before, {TN} in {P} [stood at|came to] {in}.",
        "The {parts} before show {in} for {TN} in {P}.",
        "Earlier {parts} brought {in} for {TN} in {P}.",
        "Over the {parts} before, [{Ps}|{nats}] {N} went through {in}.",
    ),
}
