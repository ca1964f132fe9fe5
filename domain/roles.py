"""Who can act, and the table of who may do what. What is not listed is refused."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    LEAD = "lead"  # 社区负责人
    STAFF = "staff"  # 社区工作者
    GRID = "grid"  # 网格员 / 楼道长
    PARTNER = "partner"  # 共建单位
    DEPARTMENT = "department"  # 职能部门
    COUNCIL = "council"  # 共建委
    SUPERIOR = "superior"  # the levels above: 街道, 区, 市
    AUDITOR = "auditor"  # reads all, changes nothing
    RESIDENT = "resident"
    CLOCK = "clock"  # the program itself


DESK = frozenset({Role.ADMINISTRATOR, Role.LEAD, Role.STAFF, Role.GRID})
"""Those who handle tickets in the community's group."""

LEADS = frozenset({Role.ADMINISTRATOR, Role.LEAD})
UNITS = frozenset({Role.PARTNER, Role.DEPARTMENT, Role.SUPERIOR})
"""Those who handle what was handed to their organisation, and see nothing else."""
READERS = DESK | {Role.AUDITOR, Role.COUNCIL}
EVERYONE = frozenset(Role)
OWNER = frozenset({Role.RESIDENT})
PROGRAM = frozenset({Role.CLOCK})
