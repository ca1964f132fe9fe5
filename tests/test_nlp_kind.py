"""What kind of request a message is (诉求类型) and whom it concerns: tables of our own sentences."""

from __future__ import annotations

import pytest

from nlp import read
from nlp.reading import Concern, Kind

KINDS = {
    Kind.CONSULT: """
请问高龄津贴去哪里申请
居住证怎么办，要带什么材料
社区食堂几点开门
医保断缴三个月还能报销吗
想问一下公租房今年什么时候摇号
老年证多少岁可以办
打流感疫苗要钱吗
新生儿上户口需要哪些证件
失业金可以领几个月
請問低收入戶補助要怎麼申請
""",
    Kind.HELP: """
三号楼电梯坏了，老人下不了楼，请派人来修
家里没电了，麻烦来看看
我妈八十岁一个人住，想请社区派人上门照顾
水管漏水，求助
楼道灯不亮，帮忙修一下
下水道堵了，能不能帮我联系师傅
孩子重病，家里困难，想申请临时救助
家里停水两天了，请帮帮忙
我想找工作，能不能帮我介绍一个保洁的活
暖气不热，麻烦师傅来修
""",
    Kind.COMPLAINT: """
我要投诉物业，垃圾三天没人清
楼上天天半夜拖椅子，吵得受不了
工地晚上施工扰民，严重影响休息
楼下烧烤店油烟太大，反映多次没人管
物业态度恶劣，打电话就骂人
停车场乱收费，凭什么一小时十块
广场舞音响太吵了，孩子没法写作业
邻居把鞋柜堆在楼道里，太过分了
门口垃圾桶太臭，没有人管
快递站态度差，天天丢件，我要投诉
""",
    Kind.TIP_OFF: """
举报五号楼地下室有人聚赌
有人在小区里无证经营小饭桌，请查处
工厂半夜偷排污水到河里
我举报一家黑诊所卖假药
楼上有人私自搭建阳光房
门口那家店是传销窝点，请查一查
检举居委会有人受贿
有人在出租屋里吸毒
""",
    Kind.SUGGESTION: """
建议在小广场加装几条长椅
希望社区能增设一个电动车充电棚
提个建议，活动室周末也开门
能不能在门口装个凉亭
建议多办几场老年人智能手机课
希望政府在学校门口增设红绿灯
提议给楼道加装扶手
可不可以在三号楼旁边加装一个监控
""",
    Kind.PRAISE: """
表扬一下社区的小刘，冒雨给老人送药
网格员王姐热心肠，给她点赞
衷心感谢居委会帮我母亲办好了护理补贴
保安师傅拾金不昧，我想送一面锦旗
非常感谢物业连夜抢修水管
""",
}

CONCERNS = {
    Concern.SELF: """
我家厨房漏水
本人今年六十五，想申请老年证
我想找一份保安的工作
我的社保卡丢了
我一个人住，灯泡坏了换不了
我要申请公租房
我家暖气不热
""",
    Concern.PARENT: """
我妈八十二了，下不了楼
给我爸办高龄津贴要什么材料
我母亲瘫痪在床，想申请护理补贴
公公走丢了两个小时
我奶奶一个人在家，想订助餐
岳父住院报销的事想问问
爷爷腿脚不好，能装扶手吗
我家老母亲听力不好，助听器能补贴吗
""",
    Concern.CHILD: """
我儿子明年上小学，学区怎么分
我女儿在学校被欺负
孩子打疫苗在哪里
我孙子想参加暑托班
我家宝宝三个月，户口怎么上
外孙女转学要什么手续
我闺女在幼儿园摔伤了
我家小孩的医保怎么交
""",
    Concern.FAMILY: """
我老伴瘫了，想请护工
我爱人下岗了，能不能介绍工作
我老公被拖欠工资
我弟弟是残疾人，想办证
我媳妇怀孕了，去哪里建册
我姐一个人带孩子很困难
""",
    Concern.NEIGHBOUR: """
隔壁老太太两天没出门了
楼上独居老人需要人看看
对门大爷摔了一跤没人管
张奶奶家里没人做饭
我们楼里的老人总忘关煤气
楼下邻居家的老人走失过
李大爷的轮椅坏了
""",
    Concern.PUBLIC: """
小区东门路灯不亮
三号楼电梯停了
广场舞音响太大
门口马路坑坑洼洼
垃圾桶满了没人清
消防通道停满了车
楼道堆满杂物
公园的健身器材坏了
""",
}


def _cases(table: dict[Kind, str] | dict[Concern, str]) -> list[tuple[str, str]]:
    return [(line, what.value) for what, lines in table.items() for line in lines.split("\n") if line]


@pytest.mark.parametrize(("text", "kind"), _cases(KINDS))
def test_the_kind_of_a_request(text: str, kind: str) -> None:
    assert read(text).kind.value == kind


@pytest.mark.parametrize(("text", "concern"), _cases(CONCERNS))
def test_whom_it_concerns(text: str, concern: str) -> None:
    assert read(text).concern.value == concern
