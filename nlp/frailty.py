"""Hints of age and frailty in a message, and whom the matter is about."""

from __future__ import annotations

import re

from nlp.lexicon import either
from nlp.numerals import NUMERAL, number
from nlp.reading import Concern

_OLD = 70  # from this age on the age itself is a hint
_YOUNG = 6
_AGE = re.compile(
    rf"(?<![\d{NUMERAL[1:-1]}])(?P<age>\d{{1,3}}|{NUMERAL}{{1,4}})多?岁(?!月)|(?P<decade>[七八九]十(?:几|多|好几)|快[七八九]十|[七八九]旬|百岁)"
)
# "我妈八十了", "今年八十三了", "快八十五了": an age without 岁, of a person and not of money or days
_BARE_AGE = re.compile(
    r"(?:^|[，。！,\s]|[妈爸爷奶公婆娘爹伴头太姨伯叔人她他我]|今年|年纪|岁数)(?:今年|都|也|快|已经|有)*"
    r"(?P<old>(?:[七八九]十[一二三四五六七八九]?|[789]\d)(?:多|好几)?)了(?=$|[，。！,.!\s一还腿眼耳身走住想不没])"
)
_HINT = re.compile(
    either(
        "独居 一个人住 独自居住 一个人过 孤寡 空巢 孤老 坐轮椅 轮椅 拄拐 拐杖 腿脚不便 腿脚不好 腿脚不方便 行动不便 行动不方便 走不动 走不了路 下不了楼 爬不动楼 上不了楼 "
        "卧床 瘫痪 瘫在床上 半身不遂 偏瘫 中风 失能 半失能 失智 痴呆 老年痴呆 阿尔茨海默 帕金森 失明 盲人 看不见 眼睛不好 眼睛看不清 耳朵不好 耳背 耳聋 聋哑 听不见 "
        "残疾 残疾人 重残 二级残疾 一级残疾 孕妇 怀孕 待产 坐月子 月子里 刚出生 新生儿 婴儿 宝宝才 不满周岁 高龄 高血压 心脏病 心脏不好 糖尿病 尿毒症 透析 癌症 化疗 重病 大病 哮喘 "
        "抑郁 抑郁症 精神病 精神障碍 智力残疾 自闭症 失独 低保户 五保户 特困 留守老人 留守儿童 身体不好 动不了 起不来床 刚做完手术 刚出院 骨折 骨质疏松 老寒腿 半身瘫痪 气管炎"
    )
)
_NOT_OURS = re.compile(r"(?:没有?|不是|非|无)(?:残疾|怀孕|高血压)")
# "灯坏了，晚上看不见路": the dark, not the eyes
_DARK = re.compile(r"(?<!眼睛)(?<!眼睛都)(?<!眼睛也)看不见(?:路|道|台阶|楼梯|门牌|监控|人影|红绿灯)")
_UNLIT = re.compile(r"(?:灯|黑|暗)[^。！？!?]{0,12}(?<!眼睛)\Z")
_BEFORE = 16  # characters searched for what is unlit

_PARENT = re.compile(
    r"(?:我|我们|咱|俺)?(?:家里?|的)?(?:爸|妈|老爸|老妈|爸爸|妈妈|父亲|母亲|爸妈|父母|公公|婆婆|岳父|岳母|丈母娘|老丈人|爷爷|奶奶|外公|外婆|姥姥|姥爷|老娘|老爹|老母亲|老父亲|家父|家母)"
)
_CHILD = re.compile(
    r"(?:我|我们|咱|俺)(?:家里?|的)?(?:孩子|小孩|女儿|儿子|闺女|宝宝|娃|小朋友|孙子|孙女|外孙|外孙女|小孙子|小孙女)|孩子(?:上学|入学|入园|转学|打疫苗)|(?:女儿|儿子|孙子|孙女)"
)
_FAMILY = re.compile(
    r"我(?:家里?|的)?(?:老伴|爱人|老婆|老公|丈夫|妻子|媳妇|哥|姐|弟|妹|叔|舅|姑|姨|嫂|亲戚|家人|家属)|老伴儿?|我先生|我太太"
)
# "张奶奶" is nobody's grandmother: an elder of the house
_NAMED_ELDER = re.compile(r"(?:王|李|张|刘|陈|杨|赵|黄|周|吴|徐|孙|胡|朱|高|林|何|郭|马)(?:奶奶|爷爷)")
_NEIGHBOUR = re.compile(
    r"(?:隔壁|对门|楼上|楼下|邻居|同楼|我们楼|单元里|楼里)(?:家|户|的|那|住着|有|邻居|一?个|那户|那家)*(?:老人|老太太|老太|老头|大爷|大妈|阿姨|奶奶|爷爷|老先生|孤寡|婆婆|独居|邻居|住户|小孩|孩子)"
    r"|(?:王|李|张|刘|陈|杨|赵|黄|周|吴|徐|孙|胡|朱|高|林|何|郭|马)(?:奶奶|爷爷|大爷|阿姨|大妈|婆婆|阿婆|老太|伯伯|大娘)"
)
_PUBLIC = re.compile(
    r"小区|楼道|单元门|电梯|门口|公共|路灯|马路|垃圾|广场|大家|居民|业主|住户|街道|路面|井盖|公园|消防|停车|绿化|车棚|围墙|河|工地|占道|摊|广场舞|整栋|全楼|社区"
)
_SELF = re.compile(r"我家|我们家|我的|本人|自己|我想|我要|我申请|我这|我今年|我是|我一个人|我住")


def find_frailty(text: str) -> tuple[str, ...]:
    """The words that tell of age, illness or dependence, in order, each once."""
    hints = [
        (found.start(), found[0]) for found in _HINT.finditer(text) if not _is_denied(text, found.start())
    ]
    if any(mark in text for mark in "岁十旬789"):
        hints += [(found.start("old"), found["old"]) for found in _BARE_AGE.finditer(text)]
        for found in _AGE.finditer(text):
            age = number(found["age"]) if found["age"] else _OLD
            if age is not None and (age >= _OLD or age <= _YOUNG) and age <= 120:
                hints.append((found.start(), found[0]))
    return tuple(dict.fromkeys(word for _, word in sorted(hints)))


def _is_denied(text: str, at: int) -> bool:
    if _NOT_OURS.match(text, max(0, at - 2)) or _DARK.match(text, at):
        return True
    return text.startswith("看不见", at) and _UNLIT.search(text[max(0, at - _BEFORE) : at]) is not None


def find_concern(text: str) -> Concern:
    """Whom the matter is about, by the nearest kin that is named."""
    if _PARENT.search(_NAMED_ELDER.sub("", text)):
        return Concern.PARENT
    if _CHILD.search(text):
        return Concern.CHILD
    if _FAMILY.search(text):
        return Concern.FAMILY
    if _NEIGHBOUR.search(text):
        return Concern.NEIGHBOUR
    own = _SELF.search(text) is not None
    if _PUBLIC.search(text) and not re.search(r"我家|我们家|本人|我今年|我想申请|我要申请", text):
        return Concern.PUBLIC
    return Concern.SELF if own or "我" in text else Concern.PUBLIC
