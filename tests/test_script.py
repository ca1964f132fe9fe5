"""繁體: what the converter gets wrong on our own words is put right."""

from __future__ import annotations

import pytest

from texts.script import to_traditional


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("直接回复这条", "直接回覆這條"),
        ("（直接回复本条）", "（直接回覆本條）"),
        ("恢复办理", "恢復辦理"),
        ("立即接单并联系居民", "立即接單並聯繫居民"),
        ("会尽快答复", "會儘快答覆"),
        ("别着急", "別著急"),
        ("满 80 周岁", "滿 80 周歲"),
        ("贴在楼道里，居民扫码", "貼在樓道裡，居民掃碼"),
        ("发到卡里", "發到卡裡"),
        ("绿化带里", "綠化帶裡"),
        ("幸福里小区3号楼", "幸福里小區3號樓"),
        ("杏花里3号楼2单元", "杏花里3號樓2單元"),
        ("群里3号楼的人", "群裡3號樓的人"),
        ("小区里3号楼的人", "小區裡3號樓的人"),
    ],
)
def test_what_is_said_in_traditional_characters_is_right(said: str, written: str) -> None:
    assert to_traditional(said) == written
