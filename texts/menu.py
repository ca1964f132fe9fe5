"""The words of the command menus."""

from __future__ import annotations

PRIVATE_COMMANDS = (
    ("start", "开始"),
    ("progress", "查进度"),
    ("mydata", "我的数据"),
    ("help", "怎么用"),
)
GROUP_COMMANDS = (
    ("tickets", "在办的件"),
    ("mine", "我的件"),
    ("overdue", "超期的件"),
    ("t", "看一件：/t 编号"),
    ("reply", "答复居民：/reply 编号 内容"),
    ("note", "内部备注：/note 编号 内容"),
    ("assign", "转派：/assign 编号 姓名"),
    ("close", "办结：/close 编号 结果"),
    ("search", "查找：/search 词 状态 日期"),
    ("new", "替人登记：/new 事情 电话"),
    ("bulk", "批量派单、办结"),
    ("duty", "值班表"),
    ("handover", "交接在办的件"),
    ("summary", "今日日报"),
    ("week", "周报：/week 上周"),
    ("month", "月报：/month 上月"),
    ("meeting", "联席会议程；回复它写纪要"),
    ("picture", "看图：月报图、楼栋热力图等"),
    ("export", "导出登记簿：/export 上月"),
    ("guide", "查办事指南：/guide 词"),
    ("guides", "办事指南使用情况"),
    ("notice", "给居民发通知（负责人）"),
    ("setup", "绑定工作群"),
    ("help", "怎么办单"),
)
