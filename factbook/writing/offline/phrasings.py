"""Phrasings: the tables of sentences that statements are put in, and their expansion.

A phrasing is a sentence with slots (``{N}``) and alternatives (``[rose|grew]``). Slots:

====== ==========================================================================
P, Ps  the section's place, its possessive; R, Rs: the region
nat    "the country", "the state", "the region" …, and nats, its possessive; never where another
       place has just been named; places: "countries", "states" …
N      metric and subject ("electricity generation from wind"); TN with "the", AN with "a"
       where its head takes an article
M, S   metric alone, subject alone
at     "stood at", "came to" …
t, b   target and base period; u: another one
v, w   reference to the value in t, in b; d, r: to the absolute and relative change
s, s0  reference to the share of category in t, in b; g: share of region; k: rank
rose   "rose", "fell" …, with risen and a_rise ("a rise"), by the sign of the fact
====== ==========================================================================

A phrasing that begins with ``+`` is for measures that add alone: only then is the whole made of its
members. One that begins with ``^`` lets the largest come first, which is said where a large figure
is a good one, or an amount that is neither good nor bad.

A phrasing without N, TN, AN and M leaves the metric out: it is used only where the section has one
metric and has named it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from factbook.evidence.traits import Traits
from factbook.writing.offline.frame_phrasings import FRAMES
from factbook.writing.offline.part_phrasings import PARTS

PHRASINGS: dict[str, tuple[str, ...]] = {
    # ---- one figure of the place
    "level": (
        "[{Ps}|{nats}] {N} {at} {v} in {t}.",
        "In {t}, [{Ps}|{nats}] {N} {at} {v}.",
        "{TN} in {P} {at} {v} in {t}.",
        "For {t}, [the data|the figures] [put|place] {TN} in {P} at {v}.",
        "{P} [recorded|had] {AN} of {v} in {t}.",
        "In {P}, {TN} {at} {v} in {t}.",
        "The {t} figure for {TN} in {P} [was|is] {v}.",
        "The data [show|record] {AN} of {v} [for|in] {P} in {t}.",
        "According to the data, [{Ps}|{nats}] {N} {at} {v} in {t}.",
        "The data put {TN} in {P} at {v} for {t}.",
        "The figure for {TN} in {P} [was|is] {v} in {t}.",
        "A [level|figure] of {v} [is|was] recorded for {TN} in {P} in {t}.",
    ),
    "level_share": (
        "[{Ps}|{nats}] {N} {at} {v} in {t}, [or|equal to] {s} of the total.",
        "In {t}, {S} [accounted for|made up|represented] {s} of [{Ps}|{nats}] {M}, or {v}.",
        "{S} [accounted for|represented] {v} of {TM} in {P} in {t}, [a share of {s}|equal to {s} "
        "of the total].",
        "At {v}, {TN} in {P} [made up|represented] {s} of the total in {t}.",
        "{TN} in {P} {at} {v} in {t}, [a share of {s} in the total|which corresponds to {s} of the "
        "total].",
        "Of [{Ps}|{nats}] {M} in {t}, {S} [accounted for|represented] {v}, or {s}.",
        "In {P}, {S} [accounted for|made up] {s} of {TM} in {t}, [or|with] {v}.",
    ),
    "base": (
        "In {b}, {TN} in {P} had [stood at|been] {w}.",
        "For {b}, [the data|the figures] [show|give] {w} for {TN} in {P}.",
        "Back in {b}, [{Ps}|{nats}] {N} had stood at {w}.",
        "By comparison, {TN} in {P} had stood at {w} in {b}.",
        "The figure for {TN} in {P} [was|had been] {w} in {b}.",
        "The starting point of the comparison [was|is] {b}, with {AN} of {w} in {P}.",
        "[{Ps}|{nats}] {N} had stood at {w} in {b}, the start of the comparison.",
        "At the start of the comparison, in {b}, {P} recorded {AN} of {w}.",
    ),
    "base_apart": (
        "The {b} figure for {TN} in {P}, {w}, adds up other parts and is no basis for comparison.",
        "For {b}, the data give {w} for {TN} in {P}, over other parts than in {t}.",
        "Over other parts than in {t}, {TN} in {P} came to {w} in {b}.",
        "In {b}, {TN} in {P} came to {w}, though not over the same parts as in {t}.",
        "Not over the same parts as in {t}, the {b} figure for {TN} in {P} was {w}.",
    ),
    "base_other_basis": (
        "The {b} figure for {TN} in {P}, {w}, cannot be compared with that of {t}.",
        "For {b}, the data give {w} for {TN} in {P}, which is not comparable with {t}.",
        "In {b}, {TN} in {P} came to {w}, a figure not comparable with that of {t}.",
        "Not comparable with {t}, the {b} figure for {TN} in {P} was {w}.",
    ),
    # ---- from base to target
    "from_to": (
        "{TN} in {P} {rose} by {r} between {b} and {t}, from {w} to {v}.",
        "Between {b} and {t}, [{Ps}|{nats}] {N} {rose} from {w} to {v}, {a_rise} of {r}.",
        "From {w} in {b}, {TN} in {P} {rose} to {v} in {t}, {a_rise} of {r}.",
        "{P} recorded {AN} of {v} in {t}, [compared with|against|after] {w} in {b}, {a_rise} of "
        "{r}.",
        "At {v} in {t}, [{Ps}|{nats}] {N} had {risen} by {r} from {w} in {b}.",
        "[{Ps}|{nats}] {N} {at} {v} in {t}, {a_rise} of {r} [from|compared with|on] {w} in {b}.",
        "In {t}, [{Ps}|{nats}] {N} {at} {v}, [after|against|compared with] {w} in {b}, {a_rise} of "
        "{r}.",
        "In {P}, {TN} {rose} by {r}, from {w} in {b} to {v} in {t}.",
        "Having [stood at|started from] {w} in {b}, {TN} in {P} {rose} by {r} to {v} in {t}.",
        "[Compared with|Against] {w} in {b}, [{Ps}|{nats}] {N} had {risen} by {r} to {v} in {t}.",
        "Over the period from {b} to {t}, {TN} in {P} {rose} by {r}, from {w} to {v}.",
        "{S} {rose} by {r} in {P} between {b} and {t}, from {w} to {v}.",
    ),
    "from_to_plain": (
        "{TN} in {P} {rose} from {w} in {b} to {v} in {t}.",
        "Between {b} and {t}, [{Ps}|{nats}] {N} {rose} from {w} to {v}.",
        "From {w} in {b}, [{Ps}|{nats}] {N} {rose} to {v} in {t}.",
        "{P} recorded {AN} of {v} in {t}, [compared with|against|after] {w} in {b}.",
        "[{Ps}|{nats}] {N} {at} {v} in {t}, [compared with|against|after] {w} in {b}.",
        "In {P}, {TN} {rose} from {w} in {b} to {v} in {t}.",
        "Having stood at {w} in {b}, {TN} in {P} {rose} to {v} in {t}.",
        "Against {w} in {b}, {TN} in {P} {at} {v} in {t}.",
    ),
    "multiple": (
        "{TN} in {P} {multiplied} between {b} and {t}, from {w} to {v}.",
        "Between {b} and {t}, [{Ps}|{nats}] {N} {multiplied}, [going|moving] from {w} to {v}.",
        "From {w} in {b} to {v} in {t}, {TN} in {P} {multiplied}.",
        "[{Ps}|{nats}] {N} {multiplied} from {b} to {t}, [going|moving] from {w} to {v}.",
        "In {P}, {TN} {multiplied}, from {w} in {b} to {v} in {t}.",
        "Having stood at {w} in {b}, {TN} in {P} {multiplied} to {v} in {t}.",
        "{S} {multiplied} in {P}, from {w} in {b} to {v} in {t}.",
    ),
    "flat": (
        "{TN} in {P} [changed little|hardly changed|remained almost stable] between {b} and {t}, "
        "at {w} and {v} respectively.",
        "[{Ps}|{nats}] {N} stayed close to the level of {b}, {w}, and {at} {v} in {t}.",
        "Little changed in {TN} in {P} between {b} and {t}, from {w} to {v}.",
        "In {t}, [{Ps}|{nats}] {N} {at} {v}, [close to|little different from] the {w} of {b}.",
        "With {w} in {b} and {v} in {t}, {TN} in {P} [changed little|hardly changed].",
        "Between {b} and {t}, {TN} in {P} [hardly moved|changed little], from {w} to {v}.",
    ),
    "flat_same": (
        "{TN} in {P} {at} {v} in {t}, [practically|almost exactly] the level of {b}.",
        "[{Ps}|{nats}] {N} {at} {v} in {t}, [practically unchanged from|the same as in] {b}.",
        "In {t}, [{Ps}|{nats}] {N} {at} {v}, [just as in|practically as in] {b}.",
        "At {v} in {t}, {TN} in {P} stood practically at the level of {b}.",
        "Between {b} and {t}, {TN} in {P} stayed practically the same, at {v}.",
    ),
    "moved": (
        "{TN} in {P} [moved|went|changed] from {w} in {b} to {v} in {t}.",
        "Between {b} and {t}, [{Ps}|{nats}] {N} [moved|went|changed] from {w} to {v}.",
        "[{Ps}|{nats}] {N} {at} {v} in {t}, [compared with|against|after] {w} in {b}.",
        "In {t}, {TN} in {P} {at} {v}, [compared with|against|after] {w} in {b}.",
        "Having stood at {w} in {b}, [{Ps}|{nats}] {N} {at} {v} in {t}.",
        "For {TN} in {P}, the data [show|give] {w} in {b} and {v} in {t}.",
    ),
    "from_zero": (
        "From zero in {b}, {TN} in {P} [reached|grew to|rose to] {v} in {t}.",
        "{P} had no {N} in {b} and recorded {v} in {t}.",
        "[{Ps}|{nats}] {N} started from zero in {b} and [reached|came to] {v} in {t}.",
        "Where {b} had shown no {N} in {P}, the figure for {t} [is|was] {v}.",
        "In {t}, {TN} in {P} {at} {v}, [having been zero|after none at all] in {b}.",
        "{TN} in {P} {at} {v} in {t}, [up from|after] zero in {b}.",
    ),
    "to_zero": (
        "{TN} in {P} fell from {w} in {b} to zero in {t}.",
        "From {w} in {b}, [{Ps}|{nats}] {N} [fell|declined|dropped] to zero in {t}.",
        "{P} had {AN} of {w} in {b} and none in {t}.",
        "[{Ps}|{nats}] {N} disappeared between {b}, when the figure was {w}, and {t}.",
        "By {t}, {TN} in {P} had come down to zero from {w} in {b}.",
        "{P} recorded no {N} in {t}, after {w} in {b}.",
    ),
    "change_both": (
        "Between {b} and {t}, {TN} in {P} {rose} by {d}, {a_rise} of {r}.",
        "[{Ps}|{nats}] {N} {rose} by {d} between {b} and {t}, which [corresponds to|means] "
        "{a_rise} of {r} relative to the starting level.",
        "From {b} to {t}, {P} [recorded|saw] {a_rise} of {d} in {TN}, [equal to|corresponding to] "
        "{a_rise} of {r}.",
        "Compared with {b}, {TN} in {P} had {risen} by {d} in {t}, {a_rise} of {r}.",
        "Measured against {b}, {TN} in {P} had {risen} by {r} in {t}, in absolute terms {a_rise} "
        "of {d}.",
        "Over the period from {b} to {t}, [{Ps}|{nats}] {N} {rose} by {d}, {a_rise} of {r}.",
    ),
    "change": (
        "Between {b} and {t}, {TN} in {P} {rose} by {r}.",
        "{TN} in {P} {rose} by {r} between {b} and {t}.",
        "[{Ps}|{nats}] {N} {rose} by {r} [from {b} to {t}|between {b} and {t}].",
        "Compared with {b}, [{Ps}|{nats}] {N} had {risen} by {r} in {t}.",
        "{P} [recorded|saw] {a_rise} of {r} in {TN} between {b} and {t}.",
        "Over the period from {b} to {t}, {TN} in {P} {rose} by {r}.",
        "In {P}, {TN} {rose} by {r} between {b} and {t}.",
        "{S} {rose} by {r} in {P} between {b} and {t}.",
    ),
    "beside_reference": (
        "In {t}, {TN} in {P} comes out {d} {lower} than in {reference}, {r} {less}.",
        "Beside {reference}, [{Ps}|{nats}] {N} is {d} {lower} in {t}, or {r} {less}.",
        "For {t}, {TN} in {P} is {d} {lower} than in {reference}, {r} {less}.",
    ),
    "beside_reference_plain": (
        "In {t}, {TN} in {P} comes out {d} {lower} than in {reference}.",
        "Beside {reference}, [{Ps}|{nats}] {N} is {d} {lower} in {t}.",
    ),
    "change_from": (
        "Compared with {w} in {b}, {TN} in {P} had {risen} by {r} in {t}.",
        "From {w} in {b}, [{Ps}|{nats}] {N} {rose} by {r} up to {t}.",
        "{TN} in {P}, which had stood at {w} in {b}, {rose} by {r} up to {t}.",
        "Between {b} and {t}, {TN} in {P} {rose} by {r}, starting from {w}.",
        "{S} {rose} by {r} in {P} between {b} and {t}, [starting from|from a level of] {w}.",
        "Starting from {w} in {b}, {TN} in {P} {rose} by {r} [until|up to] {t}.",
        "In {P}, {TN} {rose} by {r} between {b}, when the figure was {w}, and {t}.",
    ),
    "absolute": (
        "In absolute terms, {TN} in {P} {rose} by {d} between {b} and {t}.",
        "Expressed in absolute terms, [{Ps}|{nats}] {N} {rose} by {d} between {b} and {t}.",
        "Between {b} and {t}, the absolute change in {TN} in {P} was {a_rise} of {d}.",
        "For {TN} in {P}, the period from {b} to {t} brought {a_rise} of {d}.",
        "In absolute terms, {P} saw {a_rise} of {d} in {TN} between {b} and {t}.",
        "{TN} in {P} {rose} by {d} in absolute terms between {b} and {t}.",
        "From {b} to {t}, the absolute change in [{Ps}|{nats}] {N} was {a_rise} of {d}.",
        "The absolute change in {TN} in {P} between {b} and {t} was {a_rise} of {d}.",
    ),
    "like_for_like": (
        "Counting only what has a value in both {b} and {t}, {TN} in {P} {rose} by {r}.",
        "On a like-for-like basis, {TN} in {P} {rose} by {r} between {b} and {t}.",
        "Like for like, [{Ps}|{nats}] {N} {rose} by {r} between {b} and {t}.",
        "Where both {b} and {t} have a value, {TN} in {P} {rose} by {r}.",
        "Between {b} and {t}, {TN} in {P} {rose} by {r} on a like-for-like basis.",
    ),
    # ---- categories beside each other
    "leader": (
        "The largest [category|single category|item] of {TM} in {P} in {t} was {S} with {vs}.",
        "In {t}, {S} contributed the largest part of [{Ps}|{nats}] {M}, with {vs}.",
        "{S} contributed most to [{Ps}|{nats}] {M} in {t}, with {vs}.",
        "^First among the categories of {TM} in {P} in {t} [was|came] {S} with {vs}.",
        "^In {P}, {S} [led|headed] the categories of {TM} in {t} with {vs}.",
        "No category of {TM} in {P} was {larger} in {t} than {S}, with {vs}.",
        "^At the head of {Ps} {M} in {t} stood {S} with {vs}.",
    ),
    "leader_selection": (
        "Of the categories [covered|considered] here, {S} had the largest {M} in {P} in {t}, with "
        "{vs}.",
        "^Among the selected categories of {TM} in {P}, {S} came first in {t} with {vs}.",
        "The largest of the selected categories of {TM} in {P} was {S} with {vs} in {t}.",
        "^In {t}, {S} headed the selected categories of [{Ps}|{nats}] {M} with {vs}.",
        "^{S} came first in {t} among the selected categories of {TM} in {P}, with {vs}.",
        "^First among the categories of {TM} selected for {P} was {S} in {t}, with {vs}.",
    ),
    "followers": (
        "Next in {P} in {t} came {with}.",
        "{with} [followed|came next] in {P} in {t}.",
        "Behind {S} in {P} came {with} in {t}.",
        "In {P}, next after {S} came {with} in {t}.",
        "For {TM} in {P} in {t}, {with} came next.",
        "After {S}, {with} contributed most to [{Ps}|{nats}] {M} in {t}.",
        "The next places in [{Ps}|{nats}] {M} in {t} went to {with}.",
        "Behind {S} among the categories of [{Ps}|{nats}] {M} came {with} in {t}.",
    ),
    "smaller": (
        "[Smaller figures|Lower figures] in {P} in {t} were those of {with}.",
        "[Further down|Lower down] in {P} came {with} in {t}.",
        "{with} [stood further down|completed the picture] in {P} in {t}.",
        "For {TM} in {P} in {t}, {with} stood further down.",
        "The remaining part of {Ps} {M} in {t} included {with}.",
        "In {P}, {TM} in {t} also included {with}.",
    ),
    "changes": (
        "Between {b} and {t}, {moves} in {P}.",
        "In {P}, {moves} between {b} and {t}.",
        "From {b} to {t}, {moves} in {P}.",
        "Over the period from {b} to {t}, {moves} in {P}.",
        "For {TM} in {P}, {moves} between {b} and {t}.",
        "Within [{Ps}|{nats}] {M}, {moves} from {b} to {t}.",
        "Looking at {M} in {P} by category, {moves} between {b} and {t}.",
        "By category, {moves} in {P} between {b} and {t}.",
    ),
    "bases": (
        "In {b}, the figures in {P} had been {for}.",
        "For {b}, the data [give|show] {for} in {P}.",
        "Back in {b}, {P} had recorded {for}.",
        "The {b} figures for {TM} in {P} had been {for}.",
        "{TM} in {P} in {b} had been made up of {for}, among others.",
        "As for {b}, {TM} in {P} had come to {for}.",
    ),
    "gainer": (
        "Of the categories of {TM} in {P}, {S} gained most between {b} and {t}, {d} in all.",
        "The largest increase in {TM} in {P} between {b} and {t} was that of {S}, with {d}.",
        "Between {b} and {t}, no category of {TM} in {P} added more than {S}, with {d}.",
        "[{Ps}|{nats}] largest gain in {TM} between {b} and {t} was that of {S}, at {d}.",
        "In {P}, {S} showed the largest increase in {TM} between {b} and {t}, at {d}.",
        "Most was added by {S}, whose {M} in {P} rose by {d} between {b} and {t}.",
    ),
    "loser": (
        "The largest decrease in {TM} in {P} between {b} and {t} was that of {S}, which "
        "fell by {d}.",
        "Of the categories of {TM} in {P}, {S} fell most between {b} and {t}, with a drop of {d}.",
        "Between {b} and {t}, no category of {TM} in {P} lost more than {S}, with a fall of {d}.",
        "In {P}, {S} showed the largest decrease in {TM} between {b} and {t}, a decline of {d}.",
        "[{Ps}|{nats}] largest loss in {TM} between {b} and {t} was that of {S}, a fall of {d}.",
        "On the other side, {S} in {P} showed the steepest drop in {TM} between {b} and {t}, a "
        "fall of {d}.",
    ),
    "share": (
        "{S} [accounted for|made up|represented] {s} of [{Ps}|{nats}] {M} in {t}.",
        "In {t}, the share of {S} in [{Ps}|{nats}] {M} [was|stood at|came to] {s}.",
        "The share of {S} in {TM} in {P} [was|stood at|came to] {s} in {t}.",
        "In {P}, {S} [accounted for|represented] {s} of {TM} in {t}.",
        "Of [{Ps}|{nats}] {M} in {t}, {S} [accounted for|represented] {s}.",
    ),
    "share_before": (
        "In {b}, the share of {S} in [{Ps}|{nats}] {M} had [been|stood at] {s0}.",
        "{S} had [accounted for|made up] {s0} of [{Ps}|{nats}] {M} in {b}.",
        "The share of {S} in {TM} in {P} had [been|stood at] {s0} in {b}.",
        "For {b}, the share of {S} in [{Ps}|{nats}] {M} [is given as|works out at] {s0}.",
    ),
    "share_moved": (
        "The share of {S} in [{Ps}|{nats}] {M} {went} from {s0} in {b} to {s} in {t}.",
        "Between {b} and {t}, the share of {S} in {TM} in {P} {went} from {s0} to {s}.",
        "{S} [accounted for|represented|made up] {s} of {TM} in {P} in {t}, [after|compared "
        "with|against] {s0} in {b}.",
        "In {t}, the share of {S} in [{Ps}|{nats}] {M} [stood at|was] {s}, [after|compared "
        "with|against] {s0} in {b}.",
        "In {P}, the share of {S} in {TM} {went} from {s0} in {b} to {s} in {t}.",
        "From {s0} of [{Ps}|{nats}] {M} in {b}, {S} {went} to {s} in {t}.",
    ),
    "share_points": (
        "The share of {S} in {TM} in {P} {rose} by {d} between {b} and {t}.",
        "Between {b} and {t}, the share of {S} in [{Ps}|{nats}] {M} {rose} by {d}.",
        "{P} saw {a_rise} of {d} in the share of {S} in {TM} between {b} and {t}.",
        "In {P}, the share of {S} in {TM} {rose} by {d} from {b} to {t}.",
    ),
    "shares": (
        "In {t}, {accounted} of [{Ps}|{nats}] {M}.",
        "Of [{Ps}|{nats}] {M} in {t}, {accounted}.",
        "In {P}, {accounted} of {TM} in {t}.",
        "{accounted} of {TM} in {P} in {t}.",
        "As for shares in [{Ps}|{nats}] {M}, {accounted} in {t}.",
        "By share of {TM} in {P}, {accounted} in {t}.",
    ),
    # ---- through time
    "years": (
        "[{Ps}|{nats}] {N} {at} {in}.",
        "In other {years}, {TN} in {P} {at} {in}.",
        "For {TN} in {P}, other {years} show {in}.",
        "{TN} in {P} {at} {in}.",
        "In {P}, {TN} {at} {in}.",
        "The series for {TN} in {P} also [records|shows] {in}.",
        "Other values of {TN} in {P} are {in}.",
        "{P} further recorded {AN} of {in}.",
        "The data also [give|show] {in} for {TN} in {P}.",
    ),
    "years_between": (
        "In between, {TN} in {P} {at} {in}.",
        "On the way, [{Ps}|{nats}] {N} {at} {in}.",
        "Between those {years}, {TN} in {P} {at} {in}.",
        "The {years} in between show {in} for {TN} in {P}.",
        "For the {years} in between, the data give {in} for {TN} in {P}.",
        "From {b} to {t}, the path of {TN} in {P} led through {in}.",
        "Along the way from {b} to {t}, {TN} in {P} {at} {in}.",
        "[{Ps}|{nats}] {N} passed through {in} on the way.",
        "{P} recorded {AN} of {in} along the way.",
    ),
    "peak": (
        "The highest value of {TN} in {P} in the data, {x}, dates from {u}.",
        "[{Ps}|{nats}] {N} peaked at {x} in {u}.",
        "In {u}, {TN} in {P} reached the highest value in the data, {x}.",
        "At {x}, {u} brought the highest {N} in {P} of all {years} in the data.",
        "The peak of {TN} in {P} came in {u}, at {x}.",
        "{TN} in {P} reached a peak in {u}, at {x}.",
    ),
    "trough": (
        "The lowest value of {TN} in {P} in the data, {x}, dates from {u}.",
        "In {u}, {TN} in {P} [fell to|marked] the lowest value in the data, {x}.",
        "At {x}, {u} brought the lowest {N} in {P} of all {years} in the data.",
        "[{Ps}|{nats}] {N} reached a low in {u}, at {x}.",
        "The low of {TN} in {P} came in {u}, at {x}.",
    ),
    # ---- the place among others
    "rank": (
        "{P} ranked {k} {peers} for {TN} in {t}.",
        "By {N}, {P} [ranked|stood|came] {k} {peers} in {t}.",
        "In {t}, {P} [came|ranked|stood] {k} {peers} for {TN}.",
        "For {TN}, {P} [ranked|came|stood] {k} {peers} in {t}.",
        "In terms of {TN}, {P} [was|ranked] {k} {peers} in {t}.",
    ),
    "rank_before": (
        "In {b}, {P} had ranked {k} {peers} for {TN}.",
        "By {N}, {P} had [ranked|stood] {k} {peers} in {b}.",
        "The rank of {P} for {TN} had been {k} {peers} in {b}.",
    ),
    "rank_counted": (
        "Counted from the {largest}, {P} [ranked|stood|came] {k} {peers} for {TN} in {t}.",
        "For {TN}, {P} [ranked|came|stood] {k} {peers} in {t}, counted from the {largest}.",
        "In {t}, {P} [ranked|came|stood] {k} {peers} for {TN}, counted from the {largest}.",
        "By {N}, the {largest} first, {P} [stood|came|ranked] {k} {peers} in {t}.",
    ),
    "rank_before_counted": (
        "In {b}, {P} had stood {k} {peers} for {TN}, counted from the {largest}.",
        "Counted from the {largest}, {P} had [ranked|stood] {k} {peers} for {TN} in {b}.",
        "By {N}, the {largest} first, {P} had stood {k} {peers} in {b}.",
    ),
    "region_share": (
        "{P} accounted for {g} of {Rs} {N} in {t}.",
        "In {t}, {P} [contributed|accounted for] {g} of {Rs} {N}.",
        "The share of {P} in {Rs} {N} [was|stood at|came to] {g} in {t}.",
        "Of {Rs} {N} in {t}, {P} [accounted for|represented|contributed] {g}.",
        "As a share of {Rs} {N}, {P} stood at {g} in {t}.",
        "Set against {TN} in {R}, {P} accounted for {g} in {t}.",
    ),
    "region_share_before": (
        "In {b}, {P} had accounted for {g} of {Rs} {N}.",
        "The share of {P} in {Rs} {N} had been {g} in {b}.",
        "Of {Rs} {N} in {b}, {P} had [accounted for|represented] {g}.",
    ),
    "region_level": (
        "Across {R}, {TN} {at} {x} in {t}.",
        "{Rs} {N} {at} {x} in {t}.",
        "In {t}, {Rs} {N} {at} {x}.",
        "For {R} as a whole, {TN} {at} {x} in {t}.",
        "In {R} as a whole, {TN} {at} {x} in {t}.",
        "{R} recorded {AN} of {x} in {t}.",
        "+Taken together, {R} recorded {AN} of {x} in {t}.",
    ),
    "region_partly": (
        "Over the members of {R} with figures, {TN} {at} {x} in {t}.",
        "In {t}, {TN} {at} {x} over the members of {R} with figures.",
        "For the members of {R} with figures, {TN} {at} {x} in {t}.",
    ),
    "region_share_level": (
        "{P} accounted for {g} of {Rs} {N} in {t}, which {at} {x}.",
        "Of {Rs} {N}, which {at} {x} in {t}, {P} [accounted for|contributed|represented] {g}.",
        "In {t}, {P} accounted for {g} of {Rs} {N} of {x}.",
        "{Rs} {N} {at} {x} in {t}, of which {P} [accounted for|contributed|represented] {g}.",
        "With {TN} in {R} at {x} in {t}, {P} accounted for {g}.",
        "Across {R}, {TN} {at} {x} in {t}, and {P} accounted for {g} of that figure.",
    ),
    "region_moved": (
        "Across {R}, {TN} {rose} from {w} in {b} to {x} in {t}.",
        "{Rs} {N} {rose} from {w} in {b} to {x} in {t}.",
        "{TN} in {R} [moved|went] from {w} in {b} to {x} in {t}.",
        "Between {b} and {t}, {TN} in {R} as a whole {rose} from {w} to {x}.",
    ),
    "region_change": (
        "Across {R}, {TN} {rose} by {r} between {b} and {t}.",
        "{Rs} {N} {rose} by {r} between {b} and {t}.",
        "For comparison, {TN} in {R} as a whole {rose} by {r} between {b} and {t}.",
        "Between {b} and {t}, {Rs} {N} {rose} by {r}.",
    ),
    "region_like_for_like": (
        "Across {R}, {TN} {rose} by {r} between {b} and {t} on a like-for-like basis.",
        "Like for like, {Rs} {N} {rose} by {r} between {b} and {t}.",
        "Counting only what has a value in both {b} and {t}, {TN} in {R} {rose} by {r}.",
    ),
    "region_before": (
        "In {b}, {TN} in {R} had stood at {w}.",
        "{Rs} {N} had stood at {w} in {b}.",
        "For {b}, the data give {w} for {TN} in {R}.",
    ),
    "extremes": (
        "{field}, {X} had the {largest} {N} in {t}, at {x}, and {Y} the {smallest}, at {y}.",
        "In {t}, {TN} ranged from {y} in {Y} to {x} in {X} {field_low}.",
        "The {largest} figure for {TN} {field_low} in {t} was that of {X}, at {x}, the {smallest} "
        "that of {Y}, at {y}.",
        "{X} recorded the {largest} {N} {field_low} in {t}, at {x}, while {Y} recorded the "
        "{smallest}, at {y}.",
        "For {TN}, figures {field_low} ranged from {y} in {Y} to {x} in {X} in {t}.",
    ),
    "largest": (
        "{field}, {X} had the {largest} {N} in {t}, at {x}.",
        "The {largest} figure for {TN} {field_low} in {t} was that of {X}, at {x}.",
        "{X} recorded the {largest} {N} {field_low} in {t}, at {x}.",
        "^In {t}, {X} came first {field_low} for {TN}, at {x}.",
        "At {x}, {X} had the {largest} {N} {field_low} in {t}.",
        "No figure for {TN} {field_low} was {larger} in {t} than that of {X}, at {x}.",
    ),
    "smallest": (
        "{field}, {X} had the {smallest} {N} in {t}, at {x}.",
        "The {smallest} figure for {TN} {field_low} in {t} was that of {X}, at {x}.",
        "{X} recorded the {smallest} {N} {field_low} in {t}, at {x}.",
        "^In {t}, {X} came last {field_low} for {TN}, at {x}.",
        "At the other end {field_low} stood {X}, where {TN} {at} {x} in {t}.",
    ),
    "smallest_zero": (
        "{field}, {X} recorded no {N} at all in {t}.",
        "{X} recorded no {N} in {t}, alone {field_low}.",
        "At the other end {field_low} stood {X}, with no {N} in {t}.",
        "In {t}, only {X} {field_low} recorded no {N}.",
    ),
    "members": (
        "{field}, {with} had the {largest} {N} in {t}.",
        "+The largest contributions to {Rs} {N} in {t} came from {with}.",
        "^In {t}, {with} led {field_low} for {TN}.",
        "{with} recorded the {largest} {N} {field_low} in {t}.",
        "^By {N}, {with} came first {field_low} in {t}.",
        "+{TN} in {R} came first of all from {with} in {t}.",
    ),
    "member_shares": (
        "{accounted} of {Rs} {N} in {t}.",
        "In {t}, {accounted} of {Rs} {N}.",
        "For {R} as a whole, {accounted} of {N} in {t}.",
    ),
    "nodes": (
        "Within {P}, {with} had the {largest} {N} in {t}.",
        "By node region, the {largest} figures for {TN} in {P} in {t} were {in}.",
        "In {t}, the node regions of {P} with the {largest} {N} were {with}.",
        "Inside {P}, {TN} in {t} came to {in}.",
        "Among the node regions of {P}, {with} came first for {TN} in {t}.",
        "Broken down by node region, {Ps} {N} in {t} came to {in}.",
        "The node regions of {P} show {N} of {in} in {t}.",
    ),
    "one_node": (
        "Within {P}, {with} is the only node region with {N} in {t}.",
        "In {t}, all of {Ps} {N} by node region stood in {with}.",
        "By node region, only {with} recorded {N} in {P} in {t}.",
        "Only one node region of {P} recorded {N} in {t}, {with}.",
    ),
    "more_nodes": (
        "Further node regions of {P} are {with} for {TN} in {t}.",
        "Elsewhere in {P}, {TN} in {t} came to {in}.",
        "Among the other node regions of {P}, {with} followed for {TN} in {t}.",
        "Next among the node regions of {P} for {TN} in {t} came {with}.",
    ),
    "neighbours": (
        "Among {Ps} neighbours, {TN} in {t} {at} {in}.",
        "Across the border, {TN} in {t} {at} {in}.",
        "The neighbours of {P} compare as follows for {TN} in {t}: {with}.",
        "Next to {P}, {TN} in {t} {at} {in}.",
        "For {Ps} neighbours, the data [show|give] {N} in {t} of {in}.",
    ),
    "neighbours_above": (
        "{nb} {with} stood above {P} in {TN} in {t}.",
        "Among {Ps} neighbours, {with} stood higher for {TN} in {t}.",
        "In {t}, {nb} {with} exceeded {P} in {TN}.",
        "Next door, the data for {t} [show|record] {higher} for {TN} than in {P}, {in}.",
        "Across the border, {with} [stood above|exceeded] {P} in {TN} in {t}.",
        "Compared with {P}, {nb} {with} stood higher in {TN} in {t}.",
        "{P} stayed below {nb} {beside} in {TN} in {t}.",
        "With regard to {N} in {t}, {P} stood below {nb} {beside}.",
    ),
    "neighbours_below": (
        "{nb} {with} stayed below {P} in {TN} in {t}.",
        "Among {Ps} neighbours, {with} stood lower for {TN} in {t}.",
        "In {t}, {nb} {with} remained below {P} in {TN}.",
        "Next door, the data for {t} [show|record] {lower} for {TN} than in {P}, {in}.",
        "Across the border, {with} [stayed|remained] below {P} in {TN} in {t}.",
        "Compared with {P}, {nb} {with} stood lower in {TN} in {t}.",
        "{P} stood above {nb} {beside} in {TN} in {t}.",
        "{P} exceeded {nb} {beside} in {TN} in {t}.",
    ),
    "neighbours_zero": (
        "Among {Ps} neighbours, {list} recorded no {N} in {t}.",
        "No {N} is shown for {t} in {list}, next door to {P}.",
        "Next door to {P}, {list} had no {N} in {t}.",
        "{Ps} neighbours without {N} in {t} include {list}.",
    ),
    "zeros": (
        "{P} recorded {none} in {years}.",
        "In {years}, {P} had {none}.",
        "The data [show|record] {none} [in|for] {P} in {years}.",
        "For {years}, the data [show|record] {none} in {P}.",
        "[{Ps}|{nats}] figures show {none} in {years}.",
        "In {P}, {years} saw {none}.",
    ),
    # ---- what follows from several figures
    "top_two": (
        "Together, {both} [accounted for|made up|represented] more than {fraction} of "
        "[{Ps}|{nats}] {M} in {t}.",
        "More than {fraction} of [{Ps}|{nats}] {M} in {t} came from {both} together.",
        "Taken together, {both} [accounted for|made up] more than {fraction} of {TM} in {P} in "
        "{t}.",
        "In {t}, {both} together [accounted for|made up] more than {fraction} of [{Ps}|{nats}] "
        "{M}.",
        "In {P}, more than {fraction} of {TM} in {t} came from {both}.",
    ),
    "with_region": (
        "In relative terms, {TN} {verb} {how} in {P} than in {R} between {b} and {t}.",
        "Relative to the starting level, {TN} {verb} {how} in {P} than in {R} from {b} to {t}.",
        "Between {b} and {t}, {TN} {verb} {how} in {P}, relative to {b}, than across {R}.",
        "Compared with {R}, {TN} in {P} {verb} {how} in relative terms between {b} and {t}.",
        "Set against {R}, {TN} in {P} {verb} {how} in relative terms from {b} to {t}.",
    ),
    "against_region": (
        "While {TN} {up} in {P} between {b} and {t}, the figure for {R} {down}.",
        "Between {b} and {t}, {TN} {up} in {P} but {down} in {R}.",
        "{TN} {up} in {P} from {b} to {t}, whereas the figure for {R} {down}.",
        "Unlike in {R}, where the figure {down}, {TN} {up} in {P} between {b} and {t}.",
        "In {R}, by contrast with {P}, {TN} {down} between {b} and {t}.",
    ),
    "coverage": (
        "The series for {TN} in {P} runs from {first} to {last}.",
        "For {TN} in {P}, the data reach from {first} to {last}.",
        "Figures on {TN} in {P} are at hand from {first} to {last}.",
        "Figures for {TN} in {P} run from {first} to {last}.",
        "The data on {TN} in {P} begin in {first} and stop in {last}.",
    ),
    "coverage_single": (
        "For {TN} in {P}, {t} is the only {year} with a figure in the data used here.",
        "The data used here hold {TN} in {P} for {t} alone.",
        "No other {year} than {t} is at hand for {TN} in {P} in the data used here.",
        "On {TN} in {P}, the data used here stop at {t}, the only {year} with a figure.",
        "As {t} is the only {year} at hand, nothing can be said on how {TN} in {P} developed.",
    ),
    "weight_in_region": (
        "The part of {P} in {Rs} {N} in {t} was {size} than the part in {all}.",
        "In {t}, {P} had a {size} part in {Rs} {N} than in {all}.",
        "Within {R}, {P} had a {size} weight for {TN} than for {all} in {t}.",
        "For {TN}, the weight of {P} in {R} was {size} in {t} than for {all}.",
        "By comparison, {P} weighed {heavier} in {Rs} {N} in {t} than in {all}.",
    ),
    "region_note": (
        "The figure for {R} is the sum over all members with a value.",
        "As to {R}, the figure adds up all members with a value.",
        "All members of {R} with a value are added up in {Rs} figure.",
        "Behind the figure for {R} stands the sum over all members with a value.",
    ),
    "rank_note": (
        "Ranks count from the largest value downwards and take in only places with a value.",
        "In a ranking, the first place goes to the largest value, and only places with a value "
        "count.",
        "For ranks, the largest value comes first, and places without a value do not count.",
    ),
    "unsaid": (
        "The figures on {TN} for {P} stand in the table of this section.",
        "For {P}, the table of this section gives the figures on {TN}.",
        "Figures on {TN} for {P} are given in the table of this section.",
        "What the data hold on {TN} for {P} stands in the table of this section.",
        "The table of this section shows the figures on {TN} for {P}.",
    ),
    "origin_note": (
        "The figures given here come from this source: {origin}.",
        "As to the source of these figures, it is {origin}.",
        "The source of all figures for {P} here is {origin}.",
        "Every figure for {P} in this section is taken or derived from one source, {origin}.",
    ),
    "share_note": (
        "Shares relate to the sum over all categories of {TM} in the same table.",
        "Each share is the part of a category in the sum over all categories of {TM}.",
        "A share here relates a category to the sum over all categories of {TM} in {P}.",
        "As a share, the figures relate a category to all categories of {TM} taken together.",
    ),
}

_ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
_METRIC_SLOTS = ("{N}", "{TN}", "{AN}", "{M}", "{TM}")
_GOLDEN_RATIO = 0.618


@dataclass(frozen=True, slots=True)
class Variant:
    """One sentence with slots.

    Attributes:
        text: The sentence.
        number: Which phrasing of its table it comes from.
        says_nation: Whether it says "the country" or "the region" instead of the place's name.
        says_metric: Whether it names the metric.
        adds: Whether it is for measures that add alone.
        leads: Whether it lets the largest come first.
    """

    text: str
    number: int
    says_nation: bool
    says_metric: bool
    adds: bool = False
    leads: bool = False


@lru_cache(maxsize=1)
def _all_phrasings() -> dict[str, tuple[str, ...]]:
    return {**PHRASINGS, **PARTS, **FRAMES}


@lru_cache(maxsize=256)
def variants(kind: str) -> tuple[Variant, ...]:
    """All sentences that a kind of statement can be put in, alternatives written out."""
    return tuple(
        Variant(
            text.lstrip("+^"),
            number,
            says_nation="{nat" in text,
            says_metric=any(slot in text for slot in _METRIC_SLOTS),
            adds=text.startswith("+"),
            leads=text.startswith("^"),
        )
        for number, phrasing in enumerate(_all_phrasings()[kind])
        for text in _expanded(phrasing)
    )


@lru_cache(maxsize=1024)
def true_of(kind: str, traits: Traits) -> tuple[Variant, ...]:
    """The sentences of a kind that may be said of a measure.

    Args:
        kind: Kind of statement; one sentence of each at least may be said of any measure.
        traits: What may be said of the measure's figures.
    """
    return tuple(
        v
        for v in variants(kind)
        if (traits.is_amount or not v.adds) and (traits.goes_first_by_size or not v.leads)
    )


@lru_cache(maxsize=4096)
def fitting(kind: str, traits: Traits, *, nation: bool, bare: bool) -> tuple[Variant, ...]:
    """The sentences of a kind that go with what has been said; all of them where none does.

    Args:
        kind: Kind of statement.
        traits: What may be said of the measure's figures.
        nation: Whether "the country" is clear.
        bare: Whether the metric may be left out.
    """
    every = true_of(kind, traits)
    fit = [v for v in every if (nation or not v.says_nation) and (bare or v.says_metric)]
    return tuple(fit) or every


def _expanded(phrasing: str) -> list[str]:
    pieces = _ALTERNATIVES.split(phrasing)
    choices = [piece.split("|") if i % 2 else [piece] for i, piece in enumerate(pieces)]
    return ["".join(combination) for combination in product(*choices)]


@lru_cache(maxsize=64)
def stride(count: int) -> int:
    """A step that visits `count` places in scattered order, each once."""
    step = max(1, round(count * _GOLDEN_RATIO))
    while math.gcd(step, count) != 1:
        step += 1
    return step
