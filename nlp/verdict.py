"""Weighs what the patterns heard against what the second model thinks, for danger and for intent.

A danger is an alarm when either of the two says so; the model must be surer where the text is long or
speaks of what might happen. An intent is the model's choice, which has heard the patterns as well; but a
matter for the office is never turned into small talk, thanks or a rating on a hunch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nlp.clauses import clauses
from nlp.danger import Search, is_doubtful, speaks_of_need, speaks_of_things
from nlp.intent import Wish
from nlp.reading import Danger, Intent
from nlp.second import NOTHING, Heard, SecondModel, hint

# Probability of a danger from which the model alone raises the alarm. Chosen on predictions for
# examples that were left out of the training, and on messages in which nobody is in danger.
ALARM = 0.22
PERSON_ALARM = 0.16  # the same where a life hangs on words that sound like talk
DOUBTED = 0.45
FAREWELL = 0.25  # the same for a farewell, which speaks of the past and of the last time
IN_NEED = 0.75  # the text asks for aid, work or care
VETOED = 0.9  # the patterns heard a danger and put it aside, or are sure that the message is mere talk
IN_LETTER = 0.9
LETTER = 120  # characters: a text of this length tells of much that is not now
FAINT = 0.001  # below this nothing in a longer text sounds like a danger
PIECE = 44  # characters of a piece of a longer text that is listened to by itself
IN_PIECE = 0.7  # probability from which a piece raises the alarm, in a message and in a letter
IN_PIECE_OF_LETTER = 0.93
BESIDE = 0.4  # with this probability the model's kind is named beside what the patterns heard
TALK = 0.85  # probability that a message urges, takes back, adds to or rates what was reported
LIKE_TALK = 0.7
AGAINST_TALK = 0.85
SECOND_KIND = 0.3  # a kind of danger with this probability is named beside the likeliest one

# Who is asked for when a person is asked for; 找份活, 找个保姆 and 派人来修 are matters.
_OF_THE_OFFICE = re.compile(
    r"主任|书记|领导|工作人员|负责人|人工|客服|网格员|社工|专员|接待|管事|值班|真人|有人(?:吗|在|没)|(?:居委|社区|你们)的?人|说话的人|个人(?:说|聊|问|跟)"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_HEARD_FROM = 0.93  # confidence of the patterns that the model does not overrule
_TREATISE = 400  # nobody in danger writes as much
_PLAIN = 0.8  # confidence of the patterns that rests on plain words
_ALARMED = 0.97  # confidence that who tells of a danger reports it
_GUESS = 0.5  # below this chance the model's choice is a guess: the patterns' own choice stands
_OF_PERSONS = frozenset(
    {Danger.SUICIDE.value, Danger.MEDICAL.value, Danger.VIOLENCE.value, Danger.TRAPPED.value}
)
_MAY_BE_DANGER = frozenset({Intent.REPORT, Intent.ASK, Intent.URGE, Intent.PROGRESS})
_LONG = 60  # a longer text reports, whatever it asks or thanks for on the way
_IDLE = frozenset({Intent.CHAT, Intent.THANKS, Intent.RATE})  # answered with a word: nothing is opened
_TICKETS = (Intent.REPORT.value, Intent.ASK.value)
_OF_TICKETS = frozenset({Intent.URGE, Intent.PROGRESS})
_ABOUT_TICKETS = ("urge", "progress", "withdraw", "rate", "supplement", "person")
_HEARD_SAY = 0.15  # chance from which the patterns' word for urging or asking after stands against a report
_LET_GO = 0.3  # chance of a report up to which a message is taken for one that opens nothing
_LET_GO_TOPICAL = 0.2  # the same when it names a matter of the office
_LET_JOIN = 0.45  # the same for one that goes to an open ticket: the desk mends it where none fits


def weigh_danger(
    text: str, search: Search, wish: Wish, model: SecondModel, heard: Heard
) -> tuple[tuple[Danger, ...], tuple[str, ...]]:
    """The dangers present now and the words that told of them; two empty tuples when there is none."""
    shares = model.dangers(heard)
    sure = 1 - shares.pop(NOTHING)
    if search.found:
        return _named_in_order(text, search, model, shares)
    if sure < (PERSON_ALARM if len(text) <= PIECE else FAINT):
        return (), ()
    ranked = sorted(shares, key=lambda name: -shares[name])[:2]
    if sure < (PERSON_ALARM if ranked[0] in _OF_PERSONS else ALARM) or sure < _needed(
        text, search, wish, ranked[0]
    ):
        return _in_one_piece(text, search, model, sure)
    if sure < _against_talk(wish, model, heard) or speaks_of_things(text, Danger(ranked[0])):
        return (), ()
    named = [name for name in ranked if name == ranked[0] or shares[name] >= SECOND_KIND]
    return tuple(map(Danger, named)), tuple(model.telling(text, name) for name in named)


def _in_one_piece(
    text: str, search: Search, model: SecondModel, whole: float
) -> tuple[tuple[Danger, ...], tuple[str, ...]]:
    """The danger of one piece of a longer text: many polite words make the model deaf to it."""
    if not PIECE < len(text) <= _TREATISE:
        return (), ()
    best, name, said = 0.0, "", ""
    for piece in _pieces(text):
        shares = model.dangers(model.hear(piece))
        sure = 1 - shares.pop(NOTHING)
        if sure > best and not is_doubtful(piece):
            best, name, said = sure, max(shares, key=lambda kind: shares[kind]), piece
    lightly = not search.vetoed and (len(text) <= LETTER or whole >= DOUBTED)
    if best < (IN_PIECE if lightly else IN_PIECE_OF_LETTER):
        return (), ()
    return (Danger(name),), (model.telling(said, name),)


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces of whole clauses."""
    begun = 0
    last = 0
    for clause in clauses(text):
        if clause.end - begun > PIECE and last > begun:
            yield text[begun:last]
            begun = clause.start
        last = clause.end
    yield text[begun:]


def _named_in_order(
    text: str, search: Search, model: SecondModel, shares: Mapping[str, float]
) -> tuple[tuple[Danger, ...], tuple[str, ...]]:
    """What the patterns heard and what the model is as sure of, the likeliest first: two are advised on."""
    told = dict(search.found)
    likeliest = max(shares, key=lambda name: shares[name])
    if shares[likeliest] >= BESIDE and Danger(likeliest) not in told:
        told[Danger(likeliest)] = model.telling(text, likeliest)
    ordered = sorted(told, key=lambda danger: -shares[danger.value])
    return tuple(ordered), tuple(told[danger] for danger in ordered)


def _needed(text: str, search: Search, wish: Wish, likeliest: str) -> float:
    if len(text) > LETTER:
        return IN_LETTER
    if search.vetoed or (wish.intent not in _MAY_BE_DANGER and wish.confidence >= _PLAIN):
        return VETOED
    if speaks_of_need(text):
        return IN_NEED
    if wish.intent in _OF_TICKETS or is_doubtful(text):
        return FAREWELL if likeliest == Danger.SUICIDE.value else DOUBTED
    return PERSON_ALARM


def _against_talk(wish: Wish, model: SecondModel, heard: Heard) -> float:
    """How sure the model must be that a message is an alarm which it takes for one about a ticket."""
    shares = model.intents(heard, hint(wish.hint))
    about = sum(shares[name] for name in _ABOUT_TICKETS)
    return AGAINST_TALK if about >= TALK else DOUBTED if about >= LIKE_TALK else 0.0


def weigh_intent(
    text: str, wish: Wish, danger: bool, model: SecondModel, heard: Heard, topical: bool
) -> Wish:
    """The intent of a message and the probability that it is right."""
    if danger:
        return Wish(Intent.REPORT, _ALARMED)
    letter = len(text) > _LONG and wish.intent.value in _TICKETS
    if wish.confidence >= _HEARD_FROM or letter or not _HAN.search(text):
        return wish
    shares = model.intents(heard, hint(wish.hint))
    best = Intent(max(shares, key=lambda name: shares[name]))
    heard_say = _HEARD_SAY if wish.confidence >= _PLAIN else _GUESS
    if best is Intent.REPORT and wish.intent in _OF_TICKETS and shares[wish.intent.value] >= heard_say:
        best = wish.intent  # where no open ticket fits, the desk opens one all the same
    ticket = sum(shares[name] for name in _TICKETS)
    if best is Intent.PERSON and wish.intent is not best and topical and not _OF_THE_OFFICE.search(text):
        best = Intent(max(_TICKETS, key=lambda name: shares[name]))
    allowed = _LET_JOIN if best not in _IDLE else _LET_GO_TOPICAL if topical and wish.open else _LET_GO
    if best.value not in _TICKETS and best is not wish.intent and ticket > allowed:
        best = Intent(max(_TICKETS, key=lambda name: shares[name]))
    first_told = best is Intent.REPORT and wish.intent in _OF_TICKETS and wish.confidence < _PLAIN
    if shares[best.value] < _GUESS and (topical or not wish.open) and not first_told:
        best = wish.intent
    return Wish(best, round(shares[best.value], 2))
