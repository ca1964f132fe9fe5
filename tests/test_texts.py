"""Every text for people: rendered with the worst values, it is a message that Telegram takes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

import texts.all
from domain.catalogue import load_catalogue
from domain.states import State
from nlp.reading import Danger
from nlp.replies import CODES
from standin.entities import parse_html, units
from texts import levels, names, refusals, setup, staff
from texts import units as units_words
from texts.bulletin import COMING
from texts.importing import PROBLEMS
from texts.registry import SAYINGS, say
from texts.script import to_traditional
from texts.words import Words

assert texts.all  # fills the registry

EVIL = "甲<b>乙&丙</i>"
LONG = (EVIL * 500)[:3500]
NUMBER = "261122-007"
SUMMARY: dict[str, Any] = {
    "community": EVIL,
    "day": "2026-11-22",
    "new": 7,
    "trend": {
        "expected": 4.5,
        "days": 4,
        "same_weekday": True,
        "news": True,
        "so_far": True,
        "kinds": {"holiday": 1},
    },
    "by_category": [[EVIL, 3]] * 12,
    "answered": 4,
    "closed": 5,
    "reopened": 1,
    "returned": 1,
    "urged": 1,
    "withdrawn": 1,
    "opinions": {"satisfied": 3, "silent": 1},
    "open": 12,
    "late": 2,
    "unassigned": 1,
    "suspended": 1,
    "waiting_for_resident": 1,
    "review": 1,
    "urgent_open": 1,
    "oldest": [[n, NUMBER, EVIL * 9, 400_000] for n in (1, 2, 3)],
    "urgent": [[n, NUMBER, EVIL * 9, 4_000] for n in (4, 5, 6)],
    "holders": [[EVIL, 5, 1]] * 9,
    "rungs": [[EVIL, 5, 1]] * 9,
}
RATES: tuple[str, ...] = ("closed", "on_time", "answered", "extended", "received", "returned")
RATES += ("reopened", "repeated", "responded", "solved", "satisfied")
BULLETIN: dict[str, Any] = {
    "community": EVIL,
    "span": "month",
    "first": "2026-10-01",
    "last": "2026-10-31",
    "code": "month:2026-10-01",
    "over": False,
    "new": 402,
    "before": 371,
    "trend": SUMMARY["trend"],
    "kinds_before": {"workday": 20, "makeup": 1},
    "tops": [[EVIL, 33]] * 12,
    "top_three": [[EVIL, 30, 20]] * 3,
    "levels": [["community", 300], ["department", 12]],
    "urgent": 3,
    "withdrawn": 2,
    "merged": 1,
    "rejected": 1,
    "rates": {name: [737, 972] for name in RATES},
    "valid": 120,
    "silent": 300,
    "first_answer": [7_200_000, 90_000_000],
    "hot": [{"what": EVIL * 9, "count": 9, "usual": 1.5, "rare": True}] * 6,
    "rebounds": {"count": 9, "rows": [[1, NUMBER, EVIL * 9, NUMBER]] * 5},
    "repeats": {"count": 9, "rows": [[1, NUMBER, EVIL * 9, ""]] * 5},
    "late": {"count": 9, "rows": [[1, NUMBER, EVIL * 9, 400_000]] * 5},
    "suspended": {"count": 9, "soon": 2, "rows": [[1, NUMBER, EVIL * 9, "2026-11-20"]] * 5},
    "open": 30,
    "people": [[EVIL * 3, 99, 80, 30, 2], [EVIL * 3, 9, 8, 1, 0]],
    "units": [[EVIL * 9, 99, 90, 80]] * 12,
    "annex": [[EVIL * 9, 99, 80, 99, 90, 80]] * 12,
    "houses": [[EVIL * 9, 99, 90, 80]] * 12,
    "by_level": [["community", 90, 80, 70], ["department", 9, 8, 7]],
    "spot_checks": {"true": 7, "false": 1, "": 1},
    "lagging": [[EVIL * 3, 3, 40]] * 3,
    "oldest": [1, NUMBER, EVIL * 9, "2026-10-03"],
    "ahead": [[code, "2026-11-15"] for code in COMING],
    "last_year": [[EVIL * 3, 40, 3.5]] * 3,
}
EMPTY = {"count": 0, "soon": 0, "rows": []}
QUIET_BULLETIN = (
    BULLETIN
    | {name: type(value)() for name, value in BULLETIN.items() if isinstance(value, (int, list))}
    | {
        "rebounds": EMPTY,
        "repeats": EMPTY,
        "late": EMPTY,
        "suspended": EMPTY,
        "kinds_before": {},
        "spot_checks": {},
    }
    | {"rates": {name: [0, 0] for name in RATES}, "first_answer": None, "over": True}
    | {
        "trend": {
            "expected": None,
            "days": 0,
            "same_weekday": False,
            "news": False,
            "so_far": False,
            "kinds": {},
        }
    }
)
AREA: dict[str, Any] = {
    "area": EVIL,
    "id": 7,
    "span": "month",
    "first": "2026-10-01",
    "last": "2026-10-31",
    "code": "month:2026-10-01",
    "communities": 1380,
    "quiet": 12,
    "new": 4020,
    "before": 3710,
    "trend": SUMMARY["trend"],
    "tops": [[EVIL, 330]] * 12,
    "closed": 3900,
    "reopened": 12,
    "returned": 30,
    "open": 990,
    "late": 77,
    "urgent": 5,
    "unassigned": 6,
    "suspended": 40,
    "oldest_days": 90,
    "due": 972,
    "closed_due": 911,
    "on_time": 737,
    "opinions": {"satisfied": 80, "fair": 10, "unsatisfied": 3},
    "parts": [[EVIL * 9, 99, 80, 30, 2, 99, 80]] * 60,
    "late_most": [[EVIL * 9, 9, 12]] * 5,
    "unusual": [[EVIL * 9, 19, 4.5]] * 5,
}
RANKED: dict[str, Any] = {
    "id": 1,
    "name": EVIL * 9,
    "group": "small",
    "rank": 3,
    "score": 0.91,
    "attained": True,
    "flag": "yellow",
    "months": 2,
    "then": "explain",
    "on_time": [30, 40],
    "satisfied": [9, 10],
    "lasting": [30, 31],
}
RANKINGS = ("ranking_draft", "ranking_published")
STANDING: dict[str, Any] = {
    "month": "2026年10月",
    "places": [
        RANKED | {"group": g, "flag": f} for g in ("small", "large") for f in ("red", "yellow", "") * 3
    ],
    "few": [EVIL * 3] * 30,
    "excluded": [[EVIL * 3, "disaster"]] * 30,
    "names": {"1": EVIL * 9, "2": EVIL * 9},
    "estates": {
        of: {
            "places": [RANKED | {"group": g, "flag": f} for g in ("small", "all") for f in ("red", "yellow")],
            "few": [EVIL * 3] * 9,
            "excluded": [[EVIL * 3, "rebuilding"]] * 9,
        }
        for of in "123456"
    },
}
QUIET_AREA = AREA | {name: type(value)() for name, value in AREA.items() if isinstance(value, (int, list))}
QUIET_AREA |= {"opinions": {}, "trend": QUIET_BULLETIN["trend"], "span": "day"}
QUIET = SUMMARY | {
    name: type(value)() for name, value in SUMMARY.items() if isinstance(value, (int, list, dict))
}
LIST_ROW = (1, NUMBER, EVIL, EVIL * 9, "working", EVIL, "11月24日(周二)18:00", True)
LINES: dict[str, list[Any]] = {
    "progress": [(*LIST_ROW, False)] * 4 + [(*LIST_ROW, True)] * 4,
    "ticket_list": [LIST_ROW] * 15,
    "stale_list": [LIST_ROW] * 15,
    "several_matters": [(EVIL, EVIL * 9)] * 4,
    "receipt_several": [(*LIST_ROW, False)] * 3 + [(*LIST_ROW, True)],
    "history": [("11-24 18:00", EVIL * 3)] * 20,
    "timeline": [("11-24 18:00", EVIL * 2, EVIL * 8)] * 30,
}
SAMPLES: dict[str, list[Any]] = {
    "titles": [["医保报销", EVIL]],
    "of": [7, 0],
    "number": [NUMBER],
    "state": [state.value for state in State],
    "menu": [
        "",
        "close",
        "assign",
        "ask",
        "return",
        "more",
        "category",
        "leaf",
        "extend",
        "suspend",
        "reject",
        "void",
        "merge",
        "gate",
        "climb",
        "why",
    ],
    "companion": [(EVIL, EVIL, True), (EVIL, "", False), None],
    "near": [[EVIL * 9] * 3, []],
    "leads": [[(7, EVIL), (8, EVIL)], []],
    "help_": [[(EVIL, EVIL)] * 12, []],
    "join": [[(EVIL * 9, EVIL)] * 60],
    "dangers": [[], [danger.value for danger in Danger]],
    "stage": ["overdue", "unsigned", "near", "lead", "lead_again"],
    "choice": ["3", ""],
    "candidates": [[(7, NUMBER, EVIL, EVIL)] * 6],
    "hops": [[("11-24 18:00", EVIL, EVIL)] * 3],
    "missing": [["what", "where", "who"], ["where"]],
    "concerns": [[*CODES]],
    "likely": [["11月24日(周二)上午"] * 5, []],
    "blank": ["时间", "情况"],
    "whom": [[(7, EVIL), (8, EVIL)], []],
    "move": ["close", "take", "assign", "return"],
    "neighbours": [[(EVIL, "13812345678")] * 20],
    "merged_into": [NUMBER, ""],
    "result": [*names.RESULTS, ""],
    "opinion": [*names.OPINIONS, ""],
    "question": ["place", "category", ""],
    "choices": [[("elevator", EVIL), ("other", EVIL)]],
    "urgency": ["特急", "紧急", "一般"],
    "reason": ["forbidden", "not_your_role", "setup_bad_name", EVIL],
    "values": [{"name": EVIL, "who": EVIL, "state": "review"}],
    "media": [[("photo", 3), ("voice", 1)]],
    "people": [[(7, EVIL, "staff", 3)] * 40],
    "categories": [[("elevator", EVIL)] * 20],
    "talk": [[(EVIL, LONG)] * 3, [(EVIL, "好")] * 8],
    "notes": [[LONG, EVIL]],
    "frailty": [[EVIL, EVIL]],
    "why": [[EVIL]],
    "tickets": [[(1, NUMBER, EVIL, EVIL)] * 6],
    "action": ["urge"],
    "names_": [[(1, EVIL)] * 8],
    "summary": [SUMMARY, QUIET],
    "user": [123456789],
    "held": [0, 4],
    "numbers": [[], [NUMBER] * 30],
    "buildings": [[(EVIL, "abc")] * 20],
    "communities": [[], [(1, EVIL, True)] * 20],
    "estates": [[(EVIL, "1、2、3…", 30)] * 10],
    "problems": [[(3, "楼栋", "missing", EVIL)] * 3],
    "group": ["bound", "lost", "unbound"],
    "happened": ["", *setup.HAPPENED],
    "work": ["staff", "grid", "lead", "auditor"],
    "script": ["hans", "hant"],
    "open_tickets": [[(NUMBER, EVIL)] * 9, []],
    "counts": [[(EVIL, 3, 2, 1)] * 10, []],
    "bot": ["minxinqiao_bot"],
    "code": ["a1b2c3"],
    "page": ["a1b2c3d4e5f6"],
    "origin": ["visit", "call", "round", ""],
    "offers": [[("extend", "3:parts", f"3|{EVIL * 5}"), ("merge", "7", EVIL * 9), ("want_place", "", "")]],
    "skipped": [[(NUMBER, EVIL * 9)] * 20, []],
    "unable": [[(NUMBER, EVIL * 9)] * 10, []],
    "able": [[NUMBER] * 20, []],
    "act": ["assign:7", "close:solved"],
    "ticks": [[("site", EVIL, "11-24 18:00")], []],
    "leaf": ["elevator", "subsistence", "other"],
    "due": [EVIL],
    "days": [7],
    "away": [[(EVIL, EVIL, EVIL)] * 9, []],
    "length": ["6"],
    "team": [[(7, EVIL * 9)] * 40, []],
    "address": ["https://t.me/minxinqiao_bot?start=j_a1b2c3d4e5f6"],
}
TREE_ROW = (3, EVIL * 5, "subdistrict", 2, True)
UNITS = [(7, EVIL * 5, "department", "duty")] * 12
WORDS = (EVIL * 40)[:300]
MOMENTS = (("进度", WORDS, ""), ("办结", WORDS, "情况"), ("接单", WORDS, ""))
READY = [("0a1b2c3d4e5f", *rest) for rest in MOMENTS]
OF_ONE_TEXT: dict[tuple[str, str], list[Any]] = {
    ("answer_choices", "choices"): [READY, READY[:1]],
    ("answer_own", "choices"): [READY, []],
    ("card", "rung"): ["🪜 社区 → 平安街道（刘街道已签收）", ""],
    ("unit_card", "outcome"): [*levels.OUTCOMES, ""],
    ("unit_card", "menu"): ["", "done", "back", "on", "done!", "back!"],
    ("unit_card", "units"): [UNITS, []],
    ("unit_card", "reason"): [*levels.REASONS],
    ("unit_no_more", "outcome"): [*levels.OUTCOMES],
    ("council_meeting", "units"): [UNITS],
    ("unit_list", "units"): [[EVIL]],
    ("help_unit", "units"): [[EVIL] * 3],
    ("unit_list", "rows"): [[(1, 2, NUMBER, EVIL, EVIL, EVIL * 9, EVIL, True, True)] * 30, []],
    ("units_tree", "rows"): [[TREE_ROW] * 40, []],
    ("units_tree", "missing"): [[*levels.KINDS], []],
    ("units_ask_name", "known"): [[(1, EVIL * 9)] * 8, []],
    ("units_ask_name", "what"): [*levels.KINDS],
    ("units_page", "kind"): [*levels.KINDS],
    ("units_page", "workers"): [[(7, EVIL)] * 20, []],
    ("units_page", "happened"): ["", "entered", "left"],
    ("units_joined", "kind"): ["council", "department"],
    ("units_check_sheet", "counts"): [[(kind, 3) for kind in levels.KINDS]],
    ("days_page", "estimated"): [[2026, 2027], []],
    ("days_check", "moved"): [3, 0, -1],
    ("days_page", "country"): ["CN", "HK"],
    ("days_check", "free"): [["2027年2月6日–12日"] * 20, []],
    ("days_check", "worked"): [["2027年2月14日"] * 20, []],
    ("days_moved", "rows"): [[(NUMBER, "11月24日(周二)18:00", "11月26日(周四)18:00")] * 30, []],
    ("days_moved", "unclear"): [[NUMBER] * 30, []],
    ("units_bad_sheet", "problems"): [[(3, problem, EVIL) for problem in units_words.PROBLEMS]],
    ("erased_notice", "withdrawn"): [[NUMBER] * 30],
    ("erased_notice", "pictured"): [[NUMBER] * 30, []],
    ("setup_page", "summary"): ["08:30"],
    ("bulletin", "summary"): [BULLETIN, QUIET_BULLETIN, BULLETIN | {"span": "week", "over": True}],
    ("copy_text", "body"): [LONG],
    ("spot_check", "day"): ["2026-11-24"],
    ("spot_check", "rows"): [
        [(1, NUMBER, EVIL * 9, EVIL, found) for found in ("", "true", "false", "unreached")]
    ],
    ("meeting_agenda", "rows"): [[(1, NUMBER, EVIL * 9, EVIL)] * 12, []],
    ("meeting_agenda", "hot"): [[EVIL * 9] * 6, []],
    ("minutes_filed", "rows"): [[(1, NUMBER, EVIL * 9)] * 20],
    **{
        (text, "standing"): [STANDING, STANDING | {"places": [], "few": [], "excluded": []}]
        for text in RANKINGS
    },
    ("ranking_notice", "estates"): [STANDING["estates"]["1"], {}],
    ("ranking_notice", "place"): [RANKED, RANKED | {"flag": "", "then": "", "satisfied": [0, 0]}],
    ("area_summary", "summary"): [AREA, QUIET_AREA, AREA | {"span": "week"}],
    ("picture_menu", "kinds"): [[("elevator", EVIL, 30)] * 8, []],
    ("found_list", "lines"): [[LIST_ROW] * 9, []],
    ("bulk_page", "lines"): [[(1, NUMBER, EVIL * 9, True), (2, NUMBER, EVIL, False)] * 10],
    ("bulk_page", "menu"): ["", "assign", "close"],
    ("handover_list", "lines"): [[(NUMBER, EVIL * 9, EVIL, EVIL)] * 15, []],
    ("handover_who", "team"): [[(7, EVIL * 9, 3)] * 40],
    ("duty_day", "team"): [[(7, EVIL * 9, True)] * 30],
    ("duty_week", "days"): [[("2026-11-23", EVIL, EVIL * 9, True)] * 7],
    ("duty_day", "day"): ["2026-11-23"],
    ("morning", "due"): [[(7, NUMBER, EVIL * 9, EVIL)] * 20, []],
    ("morning", "late"): [[(7, NUMBER, EVIL * 9, EVIL)] * 20, []],
    ("card", "menu"): [*SAMPLES["menu"], "defer", "fix"],
    ("card", "people"): [[(7, EVIL)] * 40],
    ("full_text", "companion"): [(EVIL, EVIL), None],
    ("residents_choose", "communities"): [[(1, EVIL)] * 20],
    ("script_chosen", "choice"): ["hant", "hans", "follow"],
    ("script_chosen_simple", "choice"): ["hant", "hans", "follow"],
    ("receipt_several", "open_ones"): [[1, 2], []],
    ("receipt_several", "where"): [2, 0],
    ("notice_draft", "choices"): [[(1, EVIL, True), (2, EVIL, False)] * 30, []],
    ("notice_tally", "counts"): [[3, 2, 1], [0, 0, 0]],
    ("danger_advice", "dangers"): [[danger] for danger in Danger],
    ("setup_bad_list", "problems"): [[(3, "楼栋", problem, EVIL) for problem in PROBLEMS]],
}
TEXT_IS_LONG = ("text", "body", "result_text", "before", "after")
ONE_NUMBER = {"media", "buildings", "estates"}  # a list in one text, a count or a code in another


def values_of(text: str, name: str, hint: str) -> list[Any]:
    """Sample values of one parameter."""
    if (text, name) in OF_ONE_TEXT:
        return OF_ONE_TEXT[text, name]
    if name == "lines":
        return [LINES[text], []]
    if hint == "bool":
        return [True, False]
    if hint == "int" and name != "user":
        return [0, 3]
    if hint == "str" and name in ONE_NUMBER:
        return ["photo"]
    if name in SAMPLES:
        return SAMPLES[name]
    if hint == "str":
        return [LONG if name in TEXT_IS_LONG else EVIL, ""]
    raise AssertionError(f"text {text!r} has a parameter {name!r} ({hint}) without a sample: add one above")


def renderings(text: str) -> Iterator[Words]:
    """The text with the worst value of each parameter, then each other value in turn, then the least said."""
    parameters = inspect.signature(SAYINGS[text]).parameters.values()
    samples = {p.name: values_of(text, p.name, str(p.annotation)) for p in parameters}
    worst = {name: found[0] for name, found in samples.items()}
    for name, found in samples.items():
        for value in found:
            yield say(text, **worst | {name: value})
    required = [p.name for p in parameters if p.default is inspect.Parameter.empty]
    yield say(text, **{name: worst[name] for name in required})


@pytest.mark.parametrize("text", sorted(SAYINGS))
def test_telegram_takes_every_text(text: str) -> None:
    for words in renderings(text):
        for turn in (str, to_traditional):
            plain, _ = parse_html(turn(words.html))
            assert plain.strip()
            assert units(plain) <= 4096, f"{text}: {units(plain)}"
            assert "<b>" not in plain.replace("甲<b>", ""), "a tag of ours was shown"
            assert not re.search(r"\{\w*\}|None|\bnan\b", plain), plain
        for row in words.buttons:
            assert 1 <= len(row) <= 8
            for button in row:
                assert button.label.strip()
                assert len(button.label) <= 64
                assert bool(button.url) != bool(button.action), button
        assert sum(len(row) for row in words.buttons) <= 100


@pytest.mark.parametrize("text", sorted(SAYINGS))
def test_texts_are_written_as_chinese_is(text: str) -> None:
    """Full-width punctuation between Chinese characters, no doubled marks."""
    for words in renderings(text):
        plain, _ = parse_html(words.html.replace("甲&lt;b&gt;乙&amp;丙&lt;/i&gt;", "某"))
        assert not re.search(r"[\u4e00-\u9fff][,;!?][\u4e00-\u9fff]", plain), plain
        assert not re.search(r"。。|，，|、、|，。|：：|。，", plain), plain


@pytest.mark.parametrize("code", sorted(State))
def test_every_state_has_its_words(code: str) -> None:
    assert names.STATES[code]
    assert names.STATES_FOR_RESIDENTS[code]


@pytest.mark.parametrize("danger", sorted(Danger))
def test_every_danger_has_its_advice(danger: str) -> None:
    assert names.DANGERS[danger]
    assert re.search(r"110|119|120|12356", say("danger_advice", dangers=[danger]).html)


@pytest.mark.parametrize("reason", sorted(refusals.REASONS))
def test_every_refusal_is_a_sentence(reason: str) -> None:
    said = refusals.why(reason, who="李强", name="王芳", state="review")
    assert said.endswith("。")
    assert "{" not in said
    assert len(said) <= 190  # it must fit into the answer of a press


def test_every_refusal_that_the_code_names_has_its_sentence() -> None:
    from tests.test_layout import MODULES

    raised = set()
    for path in MODULES.values():
        raised |= set(re.findall(r'Refused\(\s*"(\w+)"', path.read_text(encoding="utf-8")))
    known = set(refusals.REASONS) | set(setup.REASONS)
    assert raised <= known


def test_every_text_that_the_code_names_is_there() -> None:
    from tests.test_layout import MODULES

    told = set()
    for name, path in MODULES.items():
        if name.partition(".")[0] in ("standin", "demo"):
            continue
        source = path.read_text(encoding="utf-8")
        told |= set(re.findall(r'\bsay\(\s*"(\w+)"', source))
        told |= set(re.findall(r'\b(?:tell|tell_group)\((?:[^"()]|\([^()]*\))*?"(\w+)"', source))
    assert len(told) > 40
    assert told - {"talk"} <= set(SAYINGS)  # "talk" is a role, in the signature of tell


def test_every_category_fits_on_a_button_and_the_staff_codes_have_words() -> None:
    catalogue = load_catalogue()
    assert all(len(top.name) <= 20 for top in catalogue.tops)
    assert set(staff.ASKS) == set(staff.ASK_LABELS)
    assert set(staff.CLOSE_WORDS) == set(names.RESULTS)


@pytest.mark.parametrize(("sure", "late"), list(product((True, False), repeat=2)))
def test_a_closed_card_shows_no_content(sure: bool, late: bool) -> None:
    shown = {
        "number": NUMBER,
        "category": "低保特困",
        "state": "working",
        "urgency": "一般",
        "place": "3号楼501",
        "contact": "张** 138****5678",
        "body": "我家没有收入",
        "responsible": "社区居委会",
        "accept_due": "今天",
        "answer_due": "明天",
        "assignee": "李强",
        "ticket": 1,
        "result": "solved",
        "result_text": "已上门",
        "talk": [("居民", "卧床")],
        "notes": ["欠费"],
        "sensitive": True,
    }
    html = say("card", sure=sure, overdue=late, **shown).html
    for word in ("低保", "3号楼", "张**", "收入", "上门", "卧床", "欠费"):
        assert word not in html
