"""Parts of leaves: what an example is about inside its leaf, told by its words, for training only.

A leaf like 公共交通 holds buses, taxis and fares, which offices file under different headings. The
model learns them as classes of their own and adds them up again; benchmarks map each to the heading it belongs to.
"""

from __future__ import annotations

import re

# leaf -> (part, words that tell it), the first that is found counts
PARTS: dict[str, tuple[tuple[str, str], ...]] = {
    "recruitment": (
        ("teacher", "教师|老师|特岗|教资|教编|代课|师范|教招"),
        ("medical", "医师|医生|护士|卫生院|医院|护理|执业药师|村医"),
    ),
    "labour_dispute": (
        ("teacher", "教师|老师|代课|民办教|班主任|教龄|校长|幼师|教职工"),
        ("medical", "医生|护士|医师|卫生院|村医|乡医|医务|医护"),
    ),
    "wage_arrears": (
        ("teacher", "教师|老师|幼师|教职工"),
        ("medical", "医生|护士|卫生院|村医|乡医|医务|医护"),
        ("works", "工程款|材料款|货款"),
    ),
    "social_insurance": (("teacher", "教师|老师|代课|民办教|教龄"),),
    "public_rental": (("talent", "人才|大学生|毕业生|高校生|租房补贴|青年公寓|租賃補貼"),),
    "gas_supply": (
        ("price", "价|收费|开户费|初装费|气费|垄断|多收|费用"),
        ("bottle", "液化气|瓶装|钢瓶|煤气罐|气瓶|气站|换气|充装|送气|瓦斯桶|煤气坛"),
    ),
    "power_supply": (("fee", "电费|电价|收费|加价|多收|费用"),),
    "property_cert": (
        ("fund", "公积金"),
        ("fee", "评估费|办证费|代办费|手续费|收费|费用|价外|茶水费|团购费|捂盘|一房一价|房价|加价"),
    ),
    "house_quality": (("fitting", "装修|地板|瓷砖|家装|橱柜|水泥|混凝土|建材|涂料"),),
    "public_transport": (
        ("taxi", "出租|的士|网约车|滴滴|计程车|打表|黑车|顺风车|快车|运营证|拒载"),
        ("rail", "地铁|轻轨|捷运|有轨|城铁|城轨|轨道|高铁|火车|铁路|动车"),
        ("coach", "客运|班车|中巴|大巴|汽车站|长途|农村客车|城乡客车|春运"),
        ("fare", "票价|涨价|乱收费|多收|加价|收费|计价"),
        ("bus", "公交|线路|站台|末班"),
    ),
    "disability": (("ride", "复康巴士|公车|公交|乘车|停车|搭车|出租车|计程车"),),
    "public_order": (("pyramid", "传销|拉人头"),),
    "telecom": (("mast", "基站|辐射|信号塔|铁塔"), ("broadcast", "电视|广播|第四台")),
    "birth_policy": (("allowance", "津贴|产假|生育保险|生育险|陪产|报销|护理假"),),
    "training_institution": (("driving", "驾校|科目|学车"),),
    "parking": (("fee", "收费|停车费|元|价"),),
    "property_service": (("fee", "物业费|收费|价"),),
    "demolition": (("insurance", "社保|养老|失业"),),
    "business_service": (("bid", "招标|投标|围标|资质|中标"),),
    "tourism": (("relic", "文物|故居|遗址|古建|古镇|古村|寺|祠堂|老街|古城"),),
    "staff_conduct": (
        ("school", "学校|教育局|校长|教师|老师|教体局|教委|教研"),
        ("health", "医院|卫生局|卫健|卫生院|疾控|计生|医生"),
        ("labour", "社保|人社|劳动局|就业局|劳动监察|民政|退休|仲裁委"),
        ("trade", "工商|市监|市场监管|物价|质监|食药|税务|烟草|旅游局|商务局|消协|银行"),
        ("traffic", "运管|路政|交通局|交通执法|车管所|公路局|交警|海事"),
        ("nature", "环保局|生态环境|环境监察|环保"),
        ("city", "城管|住建|房管|房产局|规划局|国土|拆迁|城建|园林|自来水|不动产|公积金"),
    ),
    "suggestion": (
        ("school", "学校|教育|老师|教师|学生|图书|文化|读书|体育|孩子"),
        ("health", "医院|医生|看病|卫生室|健康|医疗"),
        ("labour", "就业|工资|退休|养老|社保|打工|工人|务工|待遇"),
        ("traffic", "公交|地铁|高铁|高速|铁路|交通|公路|出租|路口|红绿灯|桥|航线|机场"),
        ("nature", "污染|环保|噪音|空气|雾霾|河道|生态|禁塑"),
        ("trade", "旅游|景区|产业|经济|企业|招商|商业|电商|品牌|市场|特产|物流"),
        ("city", "规划|新区|新城|城建|城市|街道|绿化|广场|公园|厕所|路灯|打造|片区|老城|小区|环境卫生"),
    ),
}
_COMPILED = {leaf: [(part, re.compile(words)) for part, words in told] for leaf, told in PARTS.items()}


def class_of(leaf: str, text: str) -> str:
    """The class an example of a leaf is learned as: the leaf, or "leaf.part"."""
    for part, words in _COMPILED.get(leaf, ()):
        if words.search(text):
            return f"{leaf}.{part}"
    return leaf
