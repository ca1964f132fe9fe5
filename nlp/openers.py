"""Words that only announce a matter: "我要投诉", "想反映个事". Whoever says them is asked what it is."""

from __future__ import annotations

import re

_BARE = re.compile(
    r"(?:你好|您好|请问|麻烦|那个|喂)?[,，。!！~ ]*"
    r"(?:我|俺|我们)?(?:想|要|来|有)?(?:要|想)?(?:跟你们|向你们|找你们)?"
    r"(?:投诉|反映|反应|举报|报修|求助|咨询|上报|问)?(?:一下|一个|个|点|件|些)?"
    r"(?:事情|事儿|事|问题|情况|东西)?[,，。!！~ 啊呀吧吗呢]*"
)
_SAYS = re.compile(r"投诉|反映|反应|举报|报修|求助|咨询|上报|有.{0,2}事|有.{0,2}问题|问.{0,2}[事问]")


def is_bare_opener(text: str) -> bool:
    """Whether the (normalised) text announces a matter without naming it."""
    return len(text) <= 16 and bool(_BARE.fullmatch(text)) and bool(_SAYS.search(text))
