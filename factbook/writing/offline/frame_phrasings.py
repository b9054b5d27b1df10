"""Frames: sentences that are not about a figure, in the notation of `phrasings`.

Further slots: ``topic`` (a title between quotation marks), ``titles`` (several), ``section`` (``the
section on “…”``), ``gap`` (a sentence on a gap, without its full stop, beginning small).
"""

from __future__ import annotations

FRAMES: dict[str, tuple[str, ...]] = {
    "no_facts": (
        "The data [hold|contain|give|offer] no figures on {topic} for {P}.",
        "For {P}, the data [hold|contain|give|offer] no figures on {topic}.",
        "No figures on {topic} are [available|at hand|to be found] for {P} in the data.",
        "On {topic}, the data [hold|contain|give|offer] no figures for {P}.",
        "There are no figures on {topic} for {P} in the data.",
        "As far as {P} is concerned, the data [hold|contain] no figures on {topic}.",
        "Figures on {topic} for {P} are [not part of|missing from|absent from] the data.",
        "[{Ps} figures|Figures for {P}] on {topic} are [missing from|absent from] the data.",
        "In the data there are no figures on {topic} for {P}.",
        "{P} has no figures on {topic} in the data.",
        "The data have [nothing|no figure] on {topic} for {P}.",
        "There is [nothing|no figure] on {topic} for {P} in the data.",
        "On {P}, figures about {topic} are [not part of|missing from|absent from] the data.",
        "Nothing on {topic} [is found|is recorded|stands] in the data for {P}.",
        "[Without|For want of] figures in the data, nothing can be [said|reported] here on {topic} "
        "for {P}.",
    ),
    "no_facts_missing": (
        "The data [hold|contain|give] no figures on {topic} for {P}, and {section} not available "
        "when this text was written.",
        "For {P}, the data [hold|contain|give] no figures on {topic}, and {section} not available "
        "when this text was written.",
        "No figures on {topic} are [available|at hand] for {P}, and {section} not available when "
        "this text was written.",
        "On {topic}, the data [hold|contain] no figures for {P}, nor {section_inverted} available "
        "when this text was written.",
        "Figures on {topic} for {P} are [missing from|absent from] the data, and {section} not "
        "available when this text was written.",
        "In the data there are no figures on {topic} for {P}, and {section} not available when "
        "this text was written.",
    ),
    "no_facts_by_interval": (
        "The data [hold|contain|give|offer] no {interval} figures on {topic} for {P}.",
        "For {P}, the data [hold|contain|give|offer] no {interval} figures on {topic}.",
        "No {interval} figures on {topic} are [available|at hand|to be found] for {P} in the data.",
        "There are no {interval} figures on {topic} for {P} in the data.",
    ),
    "no_facts_by_interval_missing": (
        "The data [hold|contain|give] no {interval} figures on {topic} for {P}, and {section} not "
        "available when this text was written.",
        "No {interval} figures on {topic} are [available|at hand] for {P}, and {section} not "
        "available when this text was written.",
    ),
    "not_summed": (
        "Figures on {topic} do not add up over {places}, so there are none for {P}.",
        "For {P}, there are no figures on {topic}, since they do not add up over {places}.",
        "On {topic}, there are no figures for {P}, as they do not add up over {places}.",
        "As figures on {topic} do not add up over {places}, there are none for {P}.",
    ),
    "not_summed_missing": (
        "Figures on {topic} do not add up over {places}, so there are none for {P}, and {section} "
        "not available when this text was written.",
        "For {P}, there are no figures on {topic}, since they do not add up over {places}, and "
        "{section} not available when this text was written.",
    ),
    "not_selected": (
        "No figures are selected for this section on {topic} for {P}.",
        "For {P}, no figures are selected [on|for] {topic}.",
        "No figures are [selected|foreseen] on {topic} for {P}.",
        "This section on {topic} for {P} draws on no [table|figures].",
        "For {P}, this section on {topic} draws on no [table|figures].",
        "On {topic}, no figures are selected for {P}.",
        "The section on {topic} for {P} [makes use of no figures|stands without figures].",
        "As no figures are selected, nothing is reported here on {topic} for {P}.",
        "No table is selected for this section on {topic} for {P}.",
        "For {P}, no table is selected on {topic}.",
        "In this section on {topic} for {P}, no figures are selected.",
        "Without a selection of figures, nothing is [said|reported] here on {topic} for {P}.",
    ),
    "not_selected_missing": (
        "No figures are selected on {topic} for {P}, and {section} not available when this text "
        "was written.",
        "For {P}, no figures are selected on {topic}, and {section} not available when this text "
        "was written.",
        "This text on {topic} for {P} draws on no [table|figures], and {section} not available "
        "when this text was written.",
        "On {topic}, no figures are selected for {P}, nor {section_inverted} available when this "
        "text was written.",
    ),
    "intro_not_selected": (
        "This part covers {titles} for {P}, for which no figures are selected.",
        "For {P}, this part covers {titles}, for which no figures are selected.",
        "No figures are selected for {P} on {titles}, which this part covers.",
        "In this part, {titles} are covered for {P}, without figures.",
        "Without figures, this part covers {titles} for {P}.",
        "While this part covers {titles} for {P}, no figures are selected for them.",
    ),
    "intro_no_facts": (
        "This part covers {titles} for {P}, on which the data [hold|contain|give] no figures.",
        "The data [hold|contain|give] no figures for {P} on {titles}, which this part covers.",
        "For {P}, this part covers {titles}, without any figures in the data.",
        "{titles} are covered in this part for {P}, although the data [hold|contain] no figures.",
        "In this part, {titles} are covered for {P}, for which the data [hold|contain] no figures.",
        "No figures are at hand for {P} on {titles}, which this part covers.",
        "While this part covers {titles}, the data [hold|contain] no figures on them for {P}.",
    ),
    "intro": (
        "This part covers {titles} for {P}.",
        "For {P}, this part [covers|turns to|deals with] {titles}.",
        "The following pages [cover|deal with] {titles} for {P}.",
        "The sections that follow [cover|deal with] {titles} for {P}.",
        "{titles} are the subjects of this part on {P}.",
        "What follows on {P} [covers|deals with] {titles}.",
        "In this part, the text on {P} [covers|deals with|turns to] {titles}.",
        "Under {heading}, this part on {P} [covers|deals with] {titles}.",
        "The text on {P} in this part [covers|deals with] {titles}.",
    ),
    "summary": (
        "This summary draws on the sections on {titles} for {P}.",
        "For {P}, the main figures behind the sections on {titles} are [the following|these].",
        "The sections on {titles} rest on [a few|some] central figures for {P}.",
        "{titles} were the subjects of this part on {P}.",
        "Looking back at {titles}, [a few|some] figures for {P} stand out.",
        "The figures for {P} behind {titles} can be [summed up|summarised] briefly.",
        "In short, the sections on {titles} for {P} rest on the figures below.",
        "Taken together, the sections on {titles} give the following figures for {P}.",
        "To sum up {titles}, these are the main figures for {P}.",
    ),
    "summary_plain": (
        "[A few|Some] figures for {P} sum up this part.",
        "To sum up this part, these are the main figures for {P}.",
        "In short, this part rests on the following figures for {P}.",
        "For {P}, the main figures of this part are [the following|these].",
        "The figures for {P} in this part can be summed up briefly.",
    ),
    "conclusion": (
        "Across the chapters, [a few|some] figures stand out for {P}.",
        "Looking across all chapters, the figures for {P} give the following picture.",
        "For {P}, the chapters of this report come down to [a few|some] central figures.",
        "What stands out for {P} across the chapters can be told in [a few|some] figures.",
        "The chapters on {P} rest on [a few|some] central figures.",
        "Seen across the chapters, these are the main figures for {P}.",
        "Taking all chapters together, [a few|some] figures for {P} deserve attention.",
        "[{Ps} figures|The figures for {P}] stand out in several places of this report.",
    ),
    "conclusion_titled": (
        "Across the sections on {titles}, [a few|some] figures stand out for {P}.",
        "Looking back at {titles}, the figures for {P} give the following picture.",
        "For {P}, the sections on {titles} come down to [a few|some] central figures.",
        "What stands out for {P} in the sections on {titles} can be told in [a few|some] figures.",
        "The sections on {titles} rest on [a few|some] central figures for {P}.",
        "Seen across the sections on {titles}, these are the main figures for {P}.",
        "This conclusion on {P} follows the sections on {titles}.",
    ),
    "link": (
        "[These figures follow|This text follows] on from the section on {topic}.",
        "The section on {topic} [forms the background|gives the background] to these figures.",
        "This section [continues|follows on from|ties in with] the one on {topic}.",
        "For the background, see the section on {topic}.",
        "What is said here [ties in with|follows on from] the section on {topic}.",
        "The preceding section on {topic} should be read alongside these figures.",
        "Alongside this text stands the section on {topic}, which it follows.",
        "As a continuation of the section on {topic}, this text adds the figures for {P}.",
    ),
    "links": (
        "This text follows on from the sections on {topic}.",
        "The sections on {topic} [form|give] the background to these figures.",
        "For the background, see the sections on {topic}.",
        "What is said here [ties in with|follows on from] the sections on {topic}.",
        "The sections on {topic} should be read alongside these figures.",
        "As a continuation of the sections on {topic}, this text adds the figures for {P}.",
    ),
    "missing": (
        "{Section} not available when this text was written.",
        "When this text was written, {section} not available.",
        "At the time of writing, {section} not available.",
        "{Section} not yet available when this text was written.",
        "As this text was written, {section} not available.",
        "Note that {section} not available when this text was written.",
    ),
    "gap": (
        "One [gap|limitation] [remains|is to be noted]: {gap}.",
        "As to gaps in the data, {gap}.",
        "The data have limits: {gap}.",
        "A note on the data: {gap}.",
        "It should be noted that {gap}.",
        "Not everything is covered: {gap}.",
        "Some caution is due, since {gap}.",
        "A limitation of the data is that {gap}.",
        "Readers should know that {gap}.",
        "Among the gaps in the data is this one: {gap}.",
    ),
    "gap_plain": (
        "The data on {P} have [gaps|some gaps], which are listed in the annex.",
        "[Some|Several] gaps in the data on {P} remain.",
        "Not all of the selected figures are at hand for {P}.",
        "For {P}, some of the selected figures are missing.",
        "Gaps in the data on {P} limit what can be said here.",
    ),
    "watch": (
        "A series to watch in the next edition is {TN} in {P}, which {rose} between {b} and {t}.",
        "The next edition can follow up {TN} in {P}, which {rose} from {b} to {t}.",
        "In the next edition, {TN} in {P} will be worth looking at again, as the figure {rose} "
        "between {b} and {t}.",
        "As a next step, {TN} in {P} will deserve a close look, since the figure {rose} between "
        "{b} and {t}.",
        "For the next edition, a series to follow is {TN} in {P}, where the figure {rose} between "
        "{b} and {t}.",
        "The next edition has {TN} in {P} on its list, as the figure {rose} between {b} and {t}.",
        "Next time, {TN} in {P} will be a series to watch, as the figure {rose} from {b} to {t}.",
    ),
    "watch_level": (
        "The series to watch in the next edition is {TN} in {P}, taken here to {t}.",
        "The next edition can follow up {TN} in {P}, taken to {t} here.",
        "In the next edition, {TN} in {P} will be the first series to look at again after {t}.",
        "As a next step, {TN} in {P} can be followed beyond {t}.",
        "For the next edition, {TN} in {P} will be the series to follow beyond {t}.",
        "The next edition can begin with {TN} in {P}, and with later figures than {t}.",
    ),
    "next_gap": (
        "The next edition can also close gaps in the data: {gap}.",
        "One gap to close is known: {gap}.",
        "Among the gaps to close is this one: {gap}.",
        "Open for the next edition is the following: {gap}.",
        "A gap remains to be closed, since {gap}.",
        "Still missing is the following: {gap}.",
    ),
    "next_span": (
        "The comparisons here are taken to {t}, and can be carried forward in the next edition.",
        "The next edition can carry the comparisons beyond {t}, to which they are taken here.",
        "As the comparisons here are taken to {t}, later figures can be added to them.",
        "All comparisons with {P} are taken to {t} and can be renewed with later figures.",
        "Later figures than those of {t} would show whether the picture for {P} holds.",
        "What came after {t} remains to be compared for {P}.",
    ),
}
