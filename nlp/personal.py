"""Finds personal data (phones, ID and bank cards, plates, names) and masks it for cards and logs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from nlp.lexicon import either
from nlp.reading import Personal, PersonalKind
from nlp.spans import Claims

_MOST = 300  # more than the ID numbers that a message of the greatest length can hold
_GAP = r"[ \-—–_.,，。、·]?"  # what people put between the figures of a number
_STEP = r"[ \-—–_.·]?"  # the same for cards, where a comma begins another number
_LEFT, _RIGHT = r"(?<!\d)", r"(?!\d)"  # \b sees no border between a figure and a Chinese character

# Looked for at every figure: a room number before a card must not hide it.
_ID_CARD = re.compile(rf"{_LEFT}(?=([1-9](?:{_STEP}\d){{16}}{_STEP}[\dXx]){_RIGHT})")
_OLD_ID = re.compile(rf"{_LEFT}[1-8]\d{{5}}\d{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{3}}{_RIGHT}")
_BANK = re.compile(rf"{_LEFT}(?=([3-69](?:{_STEP}\d){{14,18}}){_RIGHT})")
_MOBILE = re.compile(rf"(?:(?:\+|00)?86{_GAP})?(?<!\d)1{_GAP}[3-9](?:{_GAP}\d){{9}}{_RIGHT}")
_MOBILE_86 = re.compile(rf"(?<!\d)(?:\+|00)?86{_GAP}1{_GAP}[3-9](?:{_GAP}\d){{9}}{_RIGHT}")
_LANDLINE = re.compile(
    rf"{_LEFT}[(（]?0(?:10|2[0-57-9]|[3-9]\d{{2}})[)）]?[ \-—]{{0,2}}[2-9]\d{{2,3}}[ \-]?\d{{4}}(?:\s?(?:转|-)\s?\d{{1,5}})?{_RIGHT}"
)
_TAIWAN = re.compile(
    rf"(?:(?:\+|00)?886[ \-]?|{_LEFT}0)9\d{{2}}[ \-]?\d{{3}}[ \-]?\d{{3}}{_RIGHT}"
    rf"|{_LEFT}[(（]?0[2-8]\d{{0,2}}(?:[)）][ \-]?|[ \-])\d{{3,4}}[ \-]?\d{{3,4}}{_RIGHT}"
)
_HONG_KONG = re.compile(rf"(?:\+|00)85[23][ \-]?[2-9]\d{{3}}[ \-]?\d{{4}}{_RIGHT}")
_LOCAL = re.compile(
    rf"(?:电话|手机|号码|致电|联系|打|拨|tel|Tel|TEL)[^\d\n，。]{{0,6}}([2-9]\d{{3}}[ \-]?\d{{3,4}}){_RIGHT}"
)
_SERVICE = re.compile(
    r"(?:400|800)[ \-]?\d{3}[ \-]?\d{4}\Z|12345|95\d{3}\Z"
)  # a company's line is nobody's own
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-Za-hj-np-z]"
    r"[ ·.\-]?(?:[A-HJ-NP-Za-hj-np-z\d][ \-]?){4,5}[A-HJ-NP-Za-hj-np-z\d挂学警港澳](?![A-Za-z\d])"
)
_TAIWAN_ID = re.compile(r"(?<![A-Za-z\d])[A-Za-z][12]\d{8}(?!\d)")
_HK_ID = re.compile(r"(?<![A-Za-z\d])[A-Za-z]{1,2}\d{6}[(（]?[\dAa][)）]?(?![A-Za-z\d])")
_PASSPORT = re.compile(r"(?<![A-Za-z\d])(?:[EeGgPpSsDd]\d{8}|[EeGg][A-Za-z]\d{7})(?!\d)")

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵"
    "万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
_DOUBLE = "欧阳 上官 司马 诸葛 司徒 皇甫 尉迟 东方 慕容 令狐 端木 公孙"
_TITLES = (
    "阿姨 大爷 大妈 大娘 大伯 大叔 大哥 大姐 师傅 先生 女士 小姐 奶奶 爷爷 婆婆 伯伯 叔叔 老师 医生 主任 书记 经理 队长 站长 科长 局长 "
    "警官 律师 老板 太太 老太 老太太 老头 老伯 伯母 阿婆 阿公 阿伯 嫂子 嫂 姐 哥 工 总 婶 姨 叔 同学 同志 护士 教授 保安"
)
_SHORT_TITLES = frozenset(["嫂", "姐", "哥", "工", "总", "婶", "姨", "叔"])
_TITLED = re.compile(
    rf"(?P<name>(?:{either(_DOUBLE)}|[{_SURNAMES}])[\u4e00-\u9fff]{{0,2}}?){either(_TITLES)}"
)
_TOLD = re.compile(
    r"(?:我叫|本人叫|我的名字叫|姓名[:：是]?|联系人[:：是]?|名字[:：是叫]|业主[:：]|户主[:：是叫]|申请人[:：]|投诉人[:：]|本人[:：]?(?=[^\u4e00-\u9fff]?)|户主|我是业主|落款[:：])\s?"
    rf"(?P<name>(?:{either(_DOUBLE)}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}})(?=$|[^\u4e00-\u9fff]|住|今年|电话|手机|身份证|女|男|家|的|在|想|要|是|，)"
)
# 高先生 is a name, 高层先生 none; these beginnings are words, not surnames.
_NO_NAME = re.compile(
    r"(?:高[层龄价度温中考]|方[便向]|马[路上]|路[边上口灯过]|安[全置保]|时[候间]|成[了为都]|全[体部小]|万[一分]|关[于门]|和[我他她你那几]|解[决释]|应[该当]|连[着个这]|向[我社物]|管[理家]|明[天明]|单[元位]"
    r"|施工|石[头材]|文[化明]|金[融额]|项目|何[时况]|程[度序]|包[括工]|华[为人]|于[是]|许[多久]|任[何务]|严[重格]|都|黄[昏色]|白[天色]|车[位库棚主]|游[客泳]|师[傅]|米|牛|房[东产主]|边上|商[家场铺]|曾[经]|年|甘|温|江|宁愿|水|龙头|林业|周[围边末一二三四五六日]|明明|毛[病]|"
    r"新|从|查|解|盛|和|卫生|农|武|党|车|连|应|时|全|成|关)"
)
_COMMON = frozenset(
    [
        "和",
        "于",
        "向",
        "应",
        "全",
        "成",
        "时",
        "连",
        "关",
        "解",
        "管",
        "单",
        "方",
        "都",
        "从",
        "明",
        "查",
        "党",
        "师",
        "车",
        "房",
        "农",
        "武",
        "边",
        "安",
        "任",
        "包",
        "易",
        "项",
        "路",
        "商",
        "有",
        "新",
        "水",
        "官",
        "米",
    ]
)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_CHINESE_FIGURES = str.maketrans("零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两", "00012345678911234567892")
_FIGURE_RUN = re.compile(
    r"[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两](?:[ \-—,，、]?[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两\d]){6,}|\d[ \-]?(?=[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两])[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两\d \-]{6,}"
)
_CHINESE_FIGURE = re.compile(r"[零〇○一二三四五六七八九幺]")
_DENSE = re.compile(r"\d(?:\D{0,4}\d){5}")  # no number looked for has fewer figures, or wider gaps
_ODD = re.compile(r"[^\x00-\x7f\u4e00-\u9fff·—“”‘’《》【】、。\u3000\uff01-\uff5e]")
"""What may change a text's length; all else is folded character by character."""
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) != "，"} | {0x3000: 0x20}
_MASK = "*"


def find_personal(text: str) -> tuple[Personal, ...]:
    """The personal data in `text`, left to right, none overlapping."""
    folded = _fold_figures(text)
    found: list[Personal] = []
    claims = Claims(len(text))
    finders = (_figures, _plates, _names) if _DENSE.search(folded) else (_plates, _names)
    for find in finders:
        for item in find(folded if find is _figures else text):
            if claims.take(*item.span):
                found.append(item)
    return tuple(sorted(found, key=lambda item: item.span))


def called(name: str) -> str:
    """How somebody is called: 王秀英阿姨 → 王阿姨; nothing for a name without a title."""
    found = _TITLED.fullmatch(name.strip())
    if found is None:
        return ""
    own = found["name"]
    return name.strip().replace(own, own[: 2 if own[:2] in _DOUBLE.split(" ") else 1], 1)


def mask(text: str, kinds: Collection[PersonalKind] = frozenset(PersonalKind)) -> str:
    """The text with its personal data made unreadable: first and last figures stay, names keep the surname.

    Works on text as typed: full-width figures, figures in Chinese characters and invisible characters
    between them do not hide a number. Nothing else is changed, nor what is of none of these `kinds`.
    """
    plain, origin = _plain(text)
    personal = find_personal(plain)
    if not personal:
        return text
    pieces: list[str] = []
    done = 0
    for item in personal:
        if item.kind not in kinds:
            continue
        start, end = origin[item.span[0]], origin[item.span[1] - 1] + 1
        pieces.append(text[done:start])
        pieces.append(_masked(item))
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


def _masked(item: Personal) -> str:
    value = item.value
    if item.kind is PersonalKind.NAME:
        return _masked_name(value)
    if item.kind is PersonalKind.PLATE:
        return value[:2] + _MASK * max(0, len(value) - 3) + value[-1]
    if item.kind is PersonalKind.ID_CARD:
        return value[:2] + _MASK * (len(value) - 3) + value[-1]
    if len(value) <= 8:
        return value[0] + _MASK * (len(value) - 3) + value[-2:]
    return value[:3] + _MASK * (len(value) - 5) + value[-2:]


def _masked_name(value: str) -> str:
    """The surname and the title stay: 李建国 → 李**, 王秀英阿姨 → 王**阿姨, 王阿姨 as it is."""
    titled = _TITLED.fullmatch(value)
    name = titled["name"] if titled else value
    surname = 2 if name[:2] in _DOUBLE.split(" ") else 1
    return value[:surname] + _MASK * (len(name) - surname) + value[len(name) :]


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """The text with width variants folded and invisible characters dropped, and where each came from."""
    if not _ODD.search(text):
        return text.translate(_NARROW), range(len(text))
    chars: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        if "\u4e00" <= char <= "\u9fff" or char.isascii():
            chars.append(char)
            origin.append(at)
            continue
        if unicodedata.category(char) in {"Cf", "Mn", "Me", "Cs"}:
            continue
        folded = unicodedata.normalize("NFKC", char)
        for part in folded if char not in "，。、·" else char:
            chars.append(part)
            origin.append(at)
    return "".join(chars), origin


def _fold_figures(text: str) -> str:
    """The text with long runs of Chinese figures in Arabic ones; same length."""
    if not _CHINESE_FIGURE.search(text):
        return text
    return _FIGURE_RUN.sub(lambda run: run[0].translate(_CHINESE_FIGURES), text)


def _figures(text: str) -> Iterator[Personal]:
    for match in islice(_ID_CARD.finditer(text), _MOST):
        if _is_id(_bare(match[1])) or _looks_like_id(text, match.start(1), _bare(match[1])):
            yield _item(PersonalKind.ID_CARD, match, 1)
    for match in islice(_BANK.finditer(text), _MOST):
        if _luhn(_bare(match[1])) or "卡" in text[max(0, match.start(1) - 8) : match.start(1)]:
            yield _item(PersonalKind.BANK_CARD, match, 1)
    for pattern in (_OLD_ID, _TAIWAN_ID, _HK_ID, _PASSPORT):
        for match in pattern.finditer(text):
            yield _item(PersonalKind.ID_CARD, match)
    for pattern in (_MOBILE_86, _MOBILE, _HONG_KONG, _TAIWAN, _LANDLINE):
        for match in pattern.finditer(text):
            if not _SERVICE.match(_bare(match[0])):
                yield _item(PersonalKind.PHONE, match)
    for match in _LOCAL.finditer(text):
        if not _SERVICE.match(_bare(match[1])):
            yield Personal(PersonalKind.PHONE, match.span(1), _bare(match[1]))


def _plates(text: str) -> Iterator[Personal]:
    return (_item(PersonalKind.PLATE, match) for match in _PLATE.finditer(text))


def _item(kind: PersonalKind, match: re.Match[str], group: int = 0) -> Personal:
    return Personal(kind, match.span(group), _bare(match[group]).upper())


def _bare(said: str) -> str:
    return "".join(char for char in said if char.isalnum() or char == "+")


def _is_id(figures: str) -> bool:
    """The check character of an 18-character ID number is right."""
    if len(figures) != 18 or not figures[:17].isdecimal():
        return False
    total = sum(int(figure) * weight for figure, weight in zip(figures, _WEIGHTS, strict=False))
    return figures[17].upper() == _CHECK[total % 11]


def _looks_like_id(text: str, start: int, figures: str) -> bool:
    """A wrong check character (a slip of the finger) but a birthday in the middle, or announced as an ID."""
    month, day = int(figures[10:12]), int(figures[12:14])
    born = figures[6:8] in {"19", "20"} and 1 <= month <= 12 and 1 <= day <= 31
    return born or "身份证" in text[max(0, start - 12) : start]


def _luhn(figures: str) -> bool:
    """The check figure of a bank card is right."""
    if not figures.isdecimal() or not 15 <= len(figures) <= 19:
        return False
    total = 0
    for at, figure in enumerate(reversed(figures)):
        value = int(figure) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _names(text: str) -> Iterator[Personal]:
    for match in _TOLD.finditer(text):
        yield Personal(PersonalKind.NAME, match.span("name"), match["name"])
    for match in _TITLED.finditer(text):
        name, title = match["name"], match[0][len(match["name"]) :]
        if _NO_NAME.match(match[0]) or (len(name) == 1 and name in _COMMON):
            continue
        if title in _SHORT_TITLES and len(name) > 1:
            continue  # 王姐 is a name, 张大哥 too, but 何处姐 would be a cut through a word
        if len(name) > 1 and not _given_name(name):
            continue
        yield Personal(PersonalKind.NAME, match.span(), match[0])


_NOT_GIVEN = frozenset(
    "的了是我你他她们在有不和与就都也被把给让对向从到这那个位些说着过来去要找请叫很太老小区楼层号元室户里外上下前后边人家"
)


def _given_name(name: str) -> bool:
    return not any(char in _NOT_GIVEN for char in name[1:])
