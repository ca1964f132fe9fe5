"""Words of Cantonese, Taiwan and Hong Kong told in the words the tables know (written simplified)."""

from __future__ import annotations

import re

from nlp.lexicon import words

# Characters that only a Cantonese writer uses: without one of them the table is not touched.
_CANTONESE_MARK = re.compile(
    "[咗唔喺嘅冇哋佢嚟睇嗰啲嘢嘥攰揾搵瞓俾畀咁噉乜嗌嘈𨋢䢂簕嚿咪]|琴日|琴晚|寻晚|寻日|点解|点样|点算|系咪|边度|而家|依家|屋企|几耐|好耐"
)

_CANTONESE_PAIRS = """
唔该晒=谢谢 唔该=麻烦 多谢晒=谢谢 多谢=谢谢 唔系=不是 唔使=不用 唔得=不行 唔好=不要 唔知=不知 唔到=不到 唔见咗=不见了
唔见=不见 唔=不 冇人=没人 冇水=没水 冇电=没电 冇=没有 咗=了 喺度=在 喺=在 嘅=的 哋=们 佢=他 嚟=来 睇下=看看 睇=看
点解=为什么 点样=怎么样 边度=哪里 边个=谁 几时=什么时候 几耐=多久 好耐=很久 而家=现在 依家=现在 乜嘢=什么 乜=什么
嘢=东西 啲=些 嗰=那 呢度=这里 呢个=这个 咁=这么 噉=这样 屋企=家里 搵=找 揾=找 瞓觉=睡觉 瞓=睡 畀=给 俾=给 嘈=吵
嘥=浪费 攰=累 成日=整天 成晚=整晚 琴日=昨天 寻日=昨天 琴晚=昨晚 寻晚=昨晚 听日=明天 今日=今天 晏昼=中午 夜晚=晚上
朝早=早上 下昼=下午 上昼=上午 升降机=电梯 𨋢=电梯 䢂=电梯 坏晒=坏了 阿婆=婆婆 跌咗=摔倒了 跌亲=摔伤 跌低=跌倒 火烛=着火
漏紧=正在漏 烧紧=正在烧 滴紧=正在滴 着紧=正在着 郁唔到=动不了 郁不到=动不了 出唔到=出不去 落雨=下雨 系咪=是不是 系度=在
得闲=有空 返嚟=回来 返工=上班 点算=怎么办 有冇=有没有 仲未=还没 仲有=还有 仲系=还是 仲=还 嗌=叫 臭崩=很臭 曱甴=蟑螂
乌蝇=苍蝇 垃圾房=垃圾房 车房=车库 单车=自行车 冷气机=空调 冷气=空调 去水渠=下水道 坑渠=下水道 渠=下水道 通渠=通下水道
细路仔=小孩 细路=小孩 后生仔=年轻人 差人=警察 执垃圾=收垃圾 幢楼=幢楼 咪=不要 喇=了 系=是
联系=联系 关系=关系 体系=体系 院系=院系 干系=干系 世系=世系 派系=派系 中文系=中文系 系统=系统 系列=系列 系数=系数 水系=水系 系鞋带=系鞋带
系绳=系绳 系牵引绳=系牵引绳 渠道=渠道 水渠=水渠 喇叭=喇叭 喇嘛=喇嘛 乜斜=乜斜 咪咪=咪咪 咪表=停车收费表
"""

# Words of Taiwan and Hong Kong that mean one thing only, in either script.
_REGIONAL_PAIRS = """
瓦斯味=煤气味 瓦斯=煤气 淹水=积水 路树=行道树 停车格=停车位 捷运=地铁 公车=公交车 摩托车停车格=摩托车停车位
身心障碍者=残疾人 身心障碍=残疾 身障=残疾 管理费=物业费 大楼管委会=业委会 管委会=业委会 水沟盖=井盖 人孔盖=井盖
化粪池=化粪池 低收入户=低保户 中低收入=低收入 长照=长护 敬老卡=老年卡 老人年金=养老金 国民年金=养老保险
里长=居委会主任 里办公处=居委会 区公所=街道办事处 户政事务所=户籍窗口 警卫=保安 霸凌=欺凌 噪音=噪音 机车=摩托车
救护车=救护车 顶楼加盖=顶楼违建 违章建筑=违建 铁皮屋=违建 洗孔=打孔 幼稚园=幼儿园 安亲班=托管班 电线杆=电线杆
"""


def _pairs(table: str) -> dict[str, str]:
    """Word to meaning; a word that means itself (联系) keeps a shorter one (系) from being read in it."""
    made: dict[str, str] = {}
    for pair in words(table):
        word, _, meaning = pair.partition("=")
        made[word] = meaning
    return made


def _pattern(pairs: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, pairs), key=len, reverse=True)))


_CANTONESE = _pairs(_CANTONESE_PAIRS)
_REGIONAL = _pairs(_REGIONAL_PAIRS)
_CANTONESE_WORD = _pattern(_CANTONESE)
_REGIONAL_WORD = _pattern(_REGIONAL)


def replace_cantonese(text: str) -> str:
    """The text with Cantonese words told in written Chinese; other texts come back as they are."""
    if not _CANTONESE_MARK.search(text):
        return text
    return _CANTONESE_WORD.sub(lambda found: _CANTONESE[found[0]], text)


def replace_regional(text: str) -> str:
    """The text with words of Taiwan and Hong Kong told in those of the mainland."""
    return _REGIONAL_WORD.sub(lambda found: _REGIONAL[found[0]], text)
