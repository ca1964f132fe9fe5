"""What a resident asked (when, how much, who, where, whether, how), and whether an answer says anything of it.

It warns seldom: an answer that asks back, says that it is being found out, or holds anything of the kind passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DO = "办理|申请|报名|报销|登记|预约|缴费|领取|认证|开通|申报|举报|投诉|办|领|交|缴|开|查|打|做|取|报|买"


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of question: how it is asked, and what an answer to it holds."""

    code: str
    asked: re.Pattern[str]
    told: re.Pattern[str]


SORTS = (
    Sort(
        "when",
        re.compile(
            r"什么时候|什么时间|啥时候|啥时间|啥时|几时|何时|几点|哪天|哪一天|多久|多长时间|多会儿|多少天(?!没|了|都)|几天能|几天才|"
            r"几号(?!楼|院|门|线|桌|厅|车|电梯|井|房|病|单元)"
        ),
        re.compile(
            r"\d|[一二两三四五六七八九十半几]\s*[点天周月号日个]|小时|分钟|今|明天|明早|明晚|后天|昨|上午|下午|傍晚|"
            r"晚上|夜里|中午|早上|周[一二三四五六日末]|星期|礼拜|下周|本周|这周|月底|月初|下月|下个月|年底|年初|春节|"
            r"已经|已[修换清通装恢办拆补送处解安发到接联派]|修好了|好了|到了|在路上|还没定|没定|定不了|说不准|不确定|"
            r"时间表|随时|立即|立刻|现在|工作日|当天|当场|上班时间|节后|节前|暑假|寒假|常年|长期|每[天周月年]"
        ),
    ),
    Sort(
        "money",
        re.compile(r"多少钱(?!都|也)|要钱吗|要钱不|收钱吗|收费吗|收费不|怎么收费|怎么算钱|收多少|几块钱|什么价|价格是|贵不贵|费用是?多少|补多少|能补几|给多少|能领多少"),
        re.compile(r"\d|元|块钱|免费|不收|不要钱|不用钱|不花钱|费|价|自付|自理|公家|政府出|社区出|物业出|钱|百分之|成"),
    ),
    Sort(
        "who",
        re.compile(r"找谁|谁管|谁来管|谁负责|归谁|哪个部门|什么部门|哪个单位|联系谁|谁来修|谁出钱|电话是?多少|打哪个电话|打什么电话"),
        re.compile(
            r"\d{5,}|电话|联系|负责|由|归|找|转|部门|物业|社区|街道|[局处所站院厅]|公司|中心|委|业主|房东|开发商|师傅|民警|"
            r"我们|我来|我这|本人|网格员|楼长|您自己|住户|产权"
        ),
    ),
    Sort(
        "where",
        re.compile(rf"(?:去|到|在|上|往)(?:哪里|哪儿|哪|什么地方|啥地方|哪个窗口|哪个地方)(?:能|可以|可)?(?:{_DO})|哪(?:里|儿)(?:能|可以)(?:{_DO})|地址在哪|地址是哪|怎么走|在什么位置|在哪个窗口"),
        re.compile(
            r"\d|[楼路街巷室厅号店站所院局镇村门]|中心|社区|窗口|地址|对面|旁边|隔壁|附近|网上|线上|手机|小程序|公众号|"
            r"APP|app|微信|支付宝|电话|上门|银行|医院|学校|派出所|我们这|这里|这儿|大厅|广场|公园"
        ),
    ),
    Sort(
        "how",
        re.compile(
            rf"怎么(?!办$|办[，。？?！!啊呀呢])(?:{_DO})|如何(?:{_DO})|怎样(?:{_DO})|(?:需要|要|带|准备|提供|交)(?:什么|哪些|啥)(?:材料|证件|手续|东西|资料|证明|条件)|走什么(?:流程|程序)|什么流程|有什么手续"
        ),
        re.compile(
            r"带|材料|身份证|户口|表|照片|网|手机|APP|app|小程序|公众号|微信|支付宝|窗口|[来到去找填打拨写交拍扫登发]|预约|申请|"
            r"先|步|上门|代办|帮您|替您|复印|签字|盖章|流程|不用|无需"
        ),
    ),
    Sort(
        "whether",
        re.compile(
            r"(?:能不能|可不可以|可以不可以|能否|是否可以|有没有资格|有资格|够不够|符合不符合|是不是可以)[^，。？?！!]{0,10}"
            r"(?:申请|办理|办|领|报销|享受|参加|补贴|低保|条件|资格|迁|落户|入学)|"
            r"(?:能|可以)[^，。？?！!能可]{0,8}(?:申请|办理|领取?|报销|享受|补贴|低保|落户|入学)[^，。？?！!]{0,4}吗"
        ),
        re.compile(
            r"可以|能|行|不行|不可|符合|条件|资格|需要|须|要求|材料|带|同意|批|准|够|属于|范围|名额|满|岁|都有|没有|暂时|"
            r"规定|申请|标准|收入|户口|只有|限|凡是|不是|是的|对的"
        ),
    ),
)  # fmt: skip
_ASKS_BACK = re.compile(r"[?？]|请问|请告诉|请您说|请说|请补充|请发|麻烦发|麻烦说|方便说|什么情况")
_FINDS_OUT = re.compile(
    r"(?:问|查|核|了解|确认|打听|对接|请示|反映|汇报|联系|转|报|沟通|研究|商量)[^。！!]{0,30}(?:告诉|回复|答复|通知|回|给|联系)(?:您|你)"
)
_ACTS = re.compile(
    r"派人|派了|上门|[去来](?:清|看|修|查|办|处理|疏通|抢修)|已经?(?:通知|派|联系|报|到|修|清|换|拆|补|转)"
)
_WORTH = 4
"""Characters below which an answer is judged by its being empty, not by what it leaves out."""


def unanswered(asked: str, answer: str) -> str:
    """The sort of question that the answer passes over; empty when it does not, or nobody can tell."""
    said = re.sub(r"\s+", "", answer)
    if len(said) < _WORTH or _ASKS_BACK.search(said) or _FINDS_OUT.search(said) or _ACTS.search(said):
        return ""
    wanted = [sort for sort in SORTS if sort.asked.search(re.sub(r"\s+", "", asked))]
    if not wanted or any(sort.told.search(said) for sort in wanted):
        return ""
    return wanted[0].code


_HELP = re.compile(
    r"110|119|120|122|12395|96110|999|报警|急救|消防|"
    r"请先|别|不要|勿|远离|离开|撤|躲|避|绕|退|保持|开窗|关阀|关掉|关闭|断电|断气|拉闸|捂|按警铃|按铃|别扒|小心|注意安全|安全的?地方|待在|呆在|"
    r"守着|陪着|看好|看住|抱|扶|送医|去医院|就医|看医生|先把"
)
_THERE = re.compile(
    r"已(?:经)?(?!登记|收|知|转交|转给|记|纳入|阅|了解|悉|反映|上报|受理|录入|提交|汇报|列入|久|经)|"
    r"到了|在路上|赶过去|赶来|赶到|正在赶|正赶|这就去|这就来|现场|出发|过去看|上门|派人|派了|来人|师傅|民警|消防|救护|物业|维保|抢修|"
    r"马上到|马上来|马上去|立即去|立刻去|我来|我去|我们来|我们去|去看|去了|报了|叫了|处理好|修好|排除|没事了|安全了|灭了|在您|在楼下|在门口|救出|脱险|找到|平安|虚惊"
)


def leaves_in_danger(answer: str) -> bool:
    """Whether an answer in a dangerous matter gives no number, no advice, and nobody's coming either."""
    said = re.sub(r"\s+", "", answer)
    return bool(said) and not _HELP.search(said) and not _THERE.search(said) and not _ASKS_BACK.search(said)
