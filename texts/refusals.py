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
    "no_such_colleague": "没找到叫“{name}”的同事，请点卡片上的“转派”选人。",
    "empty_text": "请写上内容。",
    "not_admin": "只有管理员可以这样做。",
    "closed_already": "这件已经结束了。",
    "invite_bad": "这个邀请链接已用过或过期了，请让负责人重新发一个。",
    "group_taken": "这个群已经绑定了{name}。",
    "not_a_group": "请在工作群里发 /setup。",
    "danger_first": "有危险的件不能延期、挂账，请先处置并给居民回话。",
    "extension_waiting": "已经申请过延期，等负责人定。",
    "extension_decided": "这个已经有人定过了。",
    "too_late_to_extend": "已到期或已答复的件不能再延期，请先给居民回个话。",
    "joins_finished": "{number} 已经办结，不能再并进去。",
    "nothing_alike": "近 14 天没有同类的在办件可以并。",
    "moved_on": "这件后来又有了变化，不能撤销了。",
    "not_your_move": "刚才是{who}操作的，只能本人撤销。",
    "undo_too_late": "超过 60 秒了，不能再撤销。",
    "words_changed": "这件又有了变化，请重新点卡片上的“答复”再看一眼。",
    "nothing_held": "这条答复已经处理过了，或者您后来又写了新的。",
    "duty_nobody": "这一天至少要有一位同事值班，请先选上别人。",
    "not_your_choice": "这是别的同事选的，请自己发 /bulk。",
    "nothing_to_choose": "没有可以批量办的在办件。",
    "nothing_chosen": "请先选上要办的件。",
    "urgent_not_complex": "紧急的件不能标为复杂。",
    "complex_already": "这件已经标为复杂了。",
    "no_phone": "没看到电话号码。请回复：电话：王阿姨 13800000000。",
    "not_filed": "这件是居民自己报的，不用登记来源。",
    "no_home": "没有可用的地点，请点“写地点”。",
    "not_with_you": "这件现在不在您单位手上了，请看最新的卡片。",
    "not_of_unit": "您还没有登记为{name}的人员，请向管理员要邀请链接。",
    "sign_first": "请先点“接单”。",
    "unit_empty": "{name}还没有人登记，也没有群，转不过去。请管理员发邀请链接。",
    "there_already": "已经在{name}那里了。",
    "unit_reword": "这条还没发：话说得太满、带了号码，或只说不归自己管。请改一改再发。",
    "units_bad_name": "名称要 2–30 个字，比如“平安街道办事处”。",
    "units_carries": "它下面还有别的单位，先把下面的停用。",
    "units_holds": "它手上还有没办完的件，先收回或等它办完。",
    "units_nothing_waits": "没有等着导入的名单，请先发表格。",
    "days_none": "没读到日期。请粘贴放假通知原文，或写成 2027-02-06..2027-02-12 休。",
    "days_unsaid": "{day}后面没写是“休”还是“班”。",
    "days_no_date": "这个日期不对：{day}。请改好再发一次。",
    "days_no_year": "没写是哪一年，请写成 2027-02-06 这样。",
    "days_twice": "{day}又写休又写班，请改好再发一次。",
    "days_many": "日子太多了，一次最多 150 天。",
    "days_busy": "上一份通知还在重算，请过一会儿再录入。",
    "days_told": "已经告诉过居民了。",
    "not_council": "这一步由共建委成员来定。",
    "notice_too_long": "通知请写在 1500 个字以内。",
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
