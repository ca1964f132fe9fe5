"""Which heading of each source a leaf of ours belongs under: tables by the meaning of the leaf, not fitted.

An office's seven headings are coarser and cut differently than our leaves. A leaf that belongs under two
headings names the nearer one first; it then counts 0.6 for the first and 0.4 for the second. Leaves that
belong to no heading (工作作风, 意见建议, 党务 …) are left out of the sum.
"""

from __future__ import annotations

CITY, NATURE, TRAFFIC = "城乡建设", "环境保护", "交通运输"
SCHOOL, LABOUR, TRADE, HEALTH = "教育文体", "劳动和社会保障", "商贸旅游", "卫生计生"
SEVEN = (CITY, NATURE, TRAFFIC, SCHOOL, LABOUR, TRADE, HEALTH)
FIRST_SHARE = 0.6

# headings -> leaves, or parts of leaves ("leaf.part", see nlp/parts.py)
_COMMON: dict[tuple[str, ...], str] = {
    (CITY, NATURE): ("exposed_rubbish street_cleaning green_damage manhole_drain pests"),
    (CITY,): (
        "property_cert.fund house_quality.fitting suggestion.city staff_conduct.city piled_junk "
        "illegal_building greenery street_lamp small_ads business_service.bid public_rental "
        "fire_safety ebike_charging falling_objects leak water_supply power_supply heating "
        "property_service house_quality property_cert old_renovation demolition public_facility "
        "age_friendly neighbour_dispute"
    ),
    (CITY, TRAFFIC): "street_vending fire_lane parking",
    (TRAFFIC, CITY): (
        "road_damage traffic_order public_transport.bus public_transport.rail suggestion.traffic"
    ),
    (NATURE, CITY): "construction_noise social_noise cooking_fumes dust",
    (NATURE,): "pollution staff_conduct.nature suggestion.nature",
    (TRADE, CITY): "market gas_supply.price gas_supply.bottle",
    (TRADE,): (
        "suggestion.trade staff_conduct.trade housekeeping consumer_rights business_service tourism "
        "fund_trap public_order public_order.pyramid fraud telecom"
    ),
    (TRADE, HEALTH): "food_safety",
    (TRAFFIC, TRADE): "express_delivery public_transport.coach",
    (LABOUR,): (
        "staff_conduct.labour suggestion.labour job_seeking recruitment wage_arrears labour_dispute "
        "subsistence temporary_relief disability veterans social_insurance old_age_allowance"
    ),
    (SCHOOL, LABOUR): (
        "recruitment.teacher wage_arrears.teacher labour_dispute.teacher social_insurance.teacher"
    ),
    (LABOUR, SCHOOL): "skill_training",
    (LABOUR, HEALTH): (
        "recruitment.medical labour_dispute.medical wage_arrears.medical medical_insurance "
        "birth_policy.allowance"
    ),
    (LABOUR, CITY): "public_rental.talent demolition.insurance",
    (CITY, LABOUR): "wage_arrears.works",
    (LABOUR, TRADE): "startup",
    (HEALTH,): (
        "staff_conduct.health suggestion.health family_doctor vaccine medical_service public_health "
        "birth_policy"
    ),
    (SCHOOL, TRADE): "training_institution telecom.broadcast",
    (SCHOOL,): (
        "staff_conduct.school suggestion.school school_enrolment school_conduct childcare culture_sports "
        "volunteering"
    ),
    (SCHOOL, TRAFFIC): "training_institution.driving",
    (TRAFFIC,): "public_transport public_transport.taxi staff_conduct.traffic",
    (TRADE, TRAFFIC): "public_transport.fare",
    (TRADE, SCHOOL): "tourism.relic",
    (CITY, TRADE): (
        "elevator gas_supply parking.fee property_service.fee property_cert.fee power_supply.fee"
    ),
    (NATURE, TRADE): "telecom.mast",
}

# Where one province's offices file otherwise: lifts under quality supervision, buses under town building,
# prices under trade.
_TEDDY: dict[tuple[str, ...], str] = {
    (TRADE, CITY): ("elevator parking.fee property_service.fee property_cert.fee power_supply.fee"),
    (TRADE, SCHOOL): "training_institution.driving",
    (CITY, TRAFFIC): "public_transport.bus public_transport.rail",
}
# Where posters of the other province, who chose the heading themselves, do: roads being built are 城建.
_ZHEJIANG: dict[tuple[str, ...], str] = {
    (CITY, TRAFFIC): "road_damage parking.fee",
    (TRAFFIC, TRADE): "public_transport.fare",
    (TRADE, CITY): "express_delivery",
}
_ZHEJIANG_DOMAINS = {
    "城建": CITY, "交通": TRAFFIC, "环保": NATURE, "教育": SCHOOL, "就业": LABOUR, "企业": TRADE,
    "旅游": TRADE, "医疗": HEALTH,
}  # fmt: skip

# coarse catalogue of label_map.json -> leaves
COARSE: dict[str, str] = {
    "社会救助": "subsistence temporary_relief disability public_rental children_women veterans",
    "养老服务": "home_care meal_service old_age_allowance elder_visit day_care age_friendly",
    "就业与社保": (
        "job_seeking recruitment skill_training wage_arrears labour_dispute startup social_insurance "
        "medical_insurance"
    ),
    "噪音扰民": "construction_noise social_noise neighbour_noise cooking_fumes",
    "环境卫生": (
        "exposed_rubbish piled_junk street_cleaning street_vending green_damage dust pollution "
        "small_ads pests"
    ),
    "停车交通": "parking traffic_order public_transport road_damage",
    "治安安全": "fire_lane fire_safety falling_objects public_order fraud family_dispute",
    "物业设施维修": (
        "elevator leak water_supply power_supply gas_supply heating property_service house_quality "
        "old_renovation public_facility manhole_drain greenery street_lamp illegal_building "
        "ebike_charging"
    ),
    "医疗卫生": "family_doctor vaccine medical_service public_health birth_policy food_safety",
    "教育文体": "school_enrolment school_conduct childcare training_institution culture_sports",
    "便民商业": "market housekeeping consumer_rights business_service tourism express_delivery",
    "党务居务咨询": (
        "certificate household openness staff_conduct party suggestion neighbour_dispute volunteering"
    ),
}

# Leaves that a Taiwanese city answers for at another office than their meaning says, nearer heading first:
# district offices enrol in health insurance and call up recruits, one section has air and noise together.
_TAIWAN: dict[str, tuple[str, ...]] = {
    "medical_insurance": ("党务居务咨询", "医疗卫生"),
    "veterans": ("党务居务咨询", "社会救助"),
    "family_dispute": ("党务居务咨询", "治安安全"),
    "birth_policy": ("医疗卫生", "党务居务咨询"),
    "pests": ("医疗卫生", "环境卫生"),
    "pollution": ("环境卫生", "噪音扰民"),
    "": ("噪音扰民", "环境卫生"),
    "home_care": ("养老服务", "医疗卫生"),
    "day_care": ("养老服务", "医疗卫生"),
    "disability.ride": ("停车交通", "社会救助"),
    "telecom": ("便民商业",),
    "fund_trap": ("便民商业",),
    "demolition": ("物业设施维修",),
    "property_cert": ("物业设施维修",),
}


def seven_of(source: str) -> dict[str, tuple[str, ...]]:
    """The headings of each leaf and part for a source of the corpus."""
    other = _ZHEJIANG if source.startswith("liuyan") else _TEDDY
    return {
        name: headings
        for table in (_COMMON, other)
        for headings, names in table.items()
        for name in names.split()
    }


def heading_of(domain: str) -> str | None:
    """Which of the seven a domain of the Zhejiang posters is; None for those that are left out."""
    return _ZHEJIANG_DOMAINS.get(domain)


def coarse_of() -> dict[str, tuple[str, ...]]:
    """The coarse heading of each leaf, as Taiwanese offices are cut."""
    return {leaf: (name,) for name, leaves in COARSE.items() for leaf in leaves.split()} | _TAIWAN
