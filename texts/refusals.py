"""Why something cannot be done, and what to do instead. One sentence for each reason of `Refused`."""

from __future__ import annotations

from typing import Any

from texts import names

REASONS = {
    "not_your_role": "您的身份不能做这一步，请找负责人。",
    "wrong_state": "这件现在是“{state}”，不能这样操作。",
    "somebody_was_faster": "刚有同事先操作了，请看最新的卡片。",
    "taken_by": "{who}已经接单了。",
    "not_staff": "您还不是本社区工作人员，请让负责人发邀请链接。",
    "not_yours": "这不是您的件。",
    "take_first": "这件涉及隐私，请先接单再看全文。",
    "gone": "这个按钮已经失效，请用最新的消息。",
    "no_ticket": "找不到这件，请用 /search 查一下。",
    "erased": "这件的个人信息已经删除，只留作统计，不能再办。",
    "start_private": "请先私聊我点“开始”，我才能把全文发给您。",
    "no_such_colleague": "没找到叫“{name}”的同事，请点卡片上的“转派”选人。",
    "empty_text": "请写上内容。",
    "not_admin": "只有管理员可以这样做。",
    "closed_already": "这件已经结束了。",
    "urged_today": "今天已经催过了。",
    "invite_bad": "这个邀请链接已用过或过期了，请让负责人重新发一个。",
    "group_taken": "这个群已经绑定了{name}。",
    "not_a_group": "请在工作群里发 /setup。",
    "extension_waiting": "已经申请过延期，等负责人定。",
    "extension_decided": "这个已经有人定过了。",
    "too_late_to_extend": "已到期或已答复的件不能再延期，请先给居民回个话。",
    "joins_finished": "{number} 已经办结，不能再并进去。",
    "nothing_alike": "近 14 天没有同类的在办件可以并。",
    "moved_on": "这件后来又有了变化，不能撤销了。",
    "not_your_move": "刚才是{who}操作的，只能本人撤销。",
    "undo_too_late": "超过 60 秒了，不能再撤销。",
    "nothing_held": "这条答复已经处理过了，或者您后来又写了新的。",
    "no_community": "本群还没有绑定社区，请负责人在群里发 /setup。",
}


def why(reason: str, **values: Any) -> str:
    """The sentence; an unknown reason is still an answer."""
    if "state" in values:
        values["state"] = names.STATES.get(str(values["state"]), str(values["state"]))
    return REASONS.get(reason, "这一步现在做不了，请稍后再试。").format_map(_Blank(values))


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""
