"""Parts of leaves: what an example is about inside its leaf, told by its words, for training only.

A leaf like 公共交通 holds buses, taxis and fares, which offices file under different headings. The
model learns them as classes of their own and adds them up again; benchmarks map each to the heading it belongs to.
"""

from __future__ import annotations

import re

# leaf -> (part, words that tell it), the first that is found counts
PARTS: dict[str, tuple[tuple[str, str], ...]] = {
    "recruitment": (("teacher", "教师|老师|特岗|教资|教编|代课"),),
    "labour_dispute": (("teacher", "教师|老师|代课|民办教|班主任|教龄|校长|幼师"),),
    "wage_arrears": (("teacher", "教师|老师|幼师"), ("works", "工程款|材料款|货款")),
    "social_insurance": (("teacher", "教师|老师|代课"),),
    "gas_supply": (("price", "价|收费|开户费|初装费|气费"),),
    "public_transport": (
        ("fare", "票价|涨价|乱收费|多收|加价|收费"),
        ("taxi", "出租|的士|网约车|滴滴|计程车|打表"),
        ("bus", "公交|地铁|轻轨|捷运|线路|站台|末班|有轨|城铁"),
    ),
    "public_order": (("pyramid", "传销|拉人头"),),
    "telecom": (("mast", "基站|辐射|信号塔|铁塔"), ("broadcast", "电视|广播")),
    "birth_policy": (("allowance", "津贴|产假|生育保险|陪产|报销"),),
    "training_institution": (("driving", "驾校|科目|学车"),),
    "parking": (("fee", "收费|停车费|元|价"),),
    "property_service": (("fee", "物业费|收费|价"),),
    "demolition": (("insurance", "社保|养老"),),
    "business_service": (("bid", "招标|投标|围标|资质|中标"),),
}
_COMPILED = {leaf: [(part, re.compile(words)) for part, words in told] for leaf, told in PARTS.items()}


def class_of(leaf: str, text: str) -> str:
    """The class an example of a leaf is learned as: the leaf, or "leaf.part"."""
    for part, words in _COMPILED.get(leaf, ()):
        if words.search(text):
            return f"{leaf}.{part}"
    return leaf
