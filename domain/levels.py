"""The organisations that a ticket can wait at: the four levels of government and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.roles import Role


class Kind(StrEnum):
    CITY = "city"  # 市
    DISTRICT = "district"  # 区 / 县
    SUBDISTRICT = "subdistrict"  # 街道 / 镇 / 乡
    COMMUNITY = "community"  # 社区: the tenant's own node
    PARTNER = "partner"  # 共建单位
    DEPARTMENT = "department"  # 职能部门
    COUNCIL = "council"  # 共建委


RUNGS = (Kind.COMMUNITY, Kind.SUBDISTRICT, Kind.DISTRICT, Kind.CITY)
"""From below to above."""
ABOVE = frozenset(RUNGS[1:])
BESIDE = frozenset({Kind.PARTNER, Kind.DEPARTMENT, Kind.COUNCIL})
"""Attached to one of the rungs."""
HANDLES = ABOVE | {Kind.PARTNER, Kind.DEPARTMENT}
"""To which a ticket can be handed; the council only decides who is."""

PARENTS: Mapping[Kind, frozenset[Kind]] = {
    Kind.CITY: frozenset(),
    Kind.DISTRICT: frozenset({Kind.CITY}),
    Kind.SUBDISTRICT: frozenset({Kind.DISTRICT, Kind.CITY}),
    Kind.COMMUNITY: ABOVE,
    Kind.PARTNER: frozenset(RUNGS),
    Kind.DEPARTMENT: frozenset(RUNGS),
    Kind.COUNCIL: frozenset(RUNGS),
}
"""Below what each may stand."""

ROLE_OF: Mapping[Kind, Role] = {
    Kind.CITY: Role.SUPERIOR,
    Kind.DISTRICT: Role.SUPERIOR,
    Kind.SUBDISTRICT: Role.SUPERIOR,
    Kind.PARTNER: Role.PARTNER,
    Kind.DEPARTMENT: Role.DEPARTMENT,
    Kind.COUNCIL: Role.COUNCIL,
}
"""As what its people act on a ticket that was handed to them."""

USUAL_REASON: Mapping[Kind, str] = {
    Kind.SUBDISTRICT: "beyond",
    Kind.DISTRICT: "beyond",
    Kind.CITY: "beyond",
    Kind.DEPARTMENT: "duty",
    Kind.PARTNER: "help",
}
"""Why a ticket is mostly handed to such an organisation: a code of texts/levels.py."""


def may_stand_below(kind: Kind, parent: Kind) -> bool:
    return parent in PARENTS[kind]
