"""Somebody who does not live here: told where to turn; a matter of this place is still taken."""

from __future__ import annotations

import re

from desk import asking
from desk.incoming import Incoming
from desk.office import Office
from desk.residents.proxy import whom
from nlp.reading import Intent, Reading
from storage.communities import Community
from storage.store import Tx

CITIES = (
    *("北京", "上海", "天津", "重庆", "广州", "深圳", "武汉", "成都", "杭州", "南京"),
    *("西安", "郑州", "长沙", "沈阳", "大连", "青岛", "济南", "哈尔滨", "长春", "石家庄"),
    *("太原", "合肥", "南昌", "福州", "厦门", "昆明", "贵阳", "南宁", "海口", "兰州"),
    *("银川", "西宁", "拉萨", "乌鲁木齐", "呼和浩特", "苏州", "无锡", "宁波", "温州", "佛山"),
    *("东莞", "珠海", "中山", "台北", "高雄", "香港", "澳门"),
)
_LIVES = re.compile(rf"(?:我|我们|人)(?:现在|家|家里)?(?:住在|是在|在|住)(?P<city>{'|'.join(CITIES)})")
_HERE = "(?:这里|这儿|本社区|你们社区|你们这|这个社区|这个小区|你们小区)"
_NOT_HERE = re.compile(
    rf"我们?家?不住(?:在)?{_HERE}|我们?不是{_HERE}的(?:人|居民|住户|业主)?(?:$|[，。,.！!])"
)


def city_of(community: Community, reading: Reading) -> str | None:
    """The other city that the person lives in; "" when they only say that it is not here; None: here."""
    lives = _LIVES.search(reading.text)
    if lives and community.city and lives["city"] not in community.city:
        return str(lives["city"])
    return "" if _NOT_HERE.search(reading.text) else None


async def turn_away(
    tx: Tx, office: Office, community: Community, message: Incoming, reading: Reading
) -> bool:
    """Say where to turn, with a button for a matter that is here after all; False: it belongs here."""
    if reading.dangers or reading.intent not in (Intent.REPORT, Intent.ASK, Intent.CHAT):
        return False
    if whom(reading) or (reading.place and reading.place.building):
        return False  # a house of this place, or somebody's mother who lives in it
    city = city_of(community, reading)
    if city is None:
        return False
    plain = {name: getattr(message, name) for name in Incoming.__dataclass_fields__}
    said = asking.Said("elsewhere", message.key, {"city": city, "community": community.name})
    await asking.at_once(tx, office, message.chat_id, message.user_id, "elsewhere", said=said, message=plain)
    return True
