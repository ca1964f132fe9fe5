"""Odd Unicode, as long as Telegram allows: the matter in it is found, and every view of it can be sent."""

from __future__ import annotations

from tests.town import Community, Town

LONGEST = 4096
CORPUS = {
    "emoji": "🙂",
    "families": "👨\u200d👩\u200d👧\u200d👦",
    "flags": "🇨🇳",
    "skin": "👍🏽",
    "zalgo": "Z" + "\u0351\u036b\u0343\u0363\u0328\u0349\u031e" * 4,
    "turned round": "\u202e倒\u2066着\u2069\u202c",
    "zero width": "零\u200b宽\u2060度\ufeff",
    "right to left": "العربية ",
    "rare characters": "𠮷野家𪚥",
    "variants": "葛\U000e0100",
    "tags": "🏴\U000e0067\U000e0062\U000e007f",
    "private use": "\ue000\U000f0000",
    "control": "\x01\x1b[2J\x7f",
    "halves": "e\u0301\u1100\u1161",
    "spaces": "\u3000\u00a0\u2003",
    "line ends": "\u2028\u2029\x85\r\n",
}


async def test_a_matter_among_odd_signs_is_taken_in(town: Town, office: Community) -> None:
    for house, (kind, filler) in enumerate(CORPUS.items(), 1):
        who = await town.resident(f"居民{house}", office)
        await who.says((f"{house}号楼2单元电梯坏了。" + filler * LONGEST)[:LONGEST])
        ticket = (await town.tickets())[-1]
        assert (ticket.resident_id, ticket.building) == (who.id, str(house)), kind
        assert "电梯" in (await office.card(ticket))["text"], kind
        await office["周敏"].says(f"/close {ticket.number} 修好了，{filler * 20}"[:LONGEST])
        await who.says(f"补充：{filler * 30}还是不动"[:LONGEST])
        await who.says("到哪一步了？")
    _all_said(town)


async def test_an_odd_name_breaks_nothing(town: Town, office: Community) -> None:
    for house, filler in enumerate(CORPUS.values(), 1):
        who = await town.resident((filler * 30).strip()[:60] or "无名", office)
        await who.says(f"{house}号楼楼下的路灯不亮")
        assert "路灯" in (await office.card((await town.tickets())[-1]))["text"]
    _all_said(town)


def _all_said(town: Town) -> None:
    assert town.rows("select count(*) from inbox where state <> 'done'") == [(0,)]
    assert town.rows("select key, error from outbox where state <> 'sent'") == []
