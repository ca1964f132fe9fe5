"""CPU of one reading at 28 and at 4,096 characters, and of the start, with either cutter.

`python benchmarks/read_speed.py` measures both cutters in processes of their own and prints the goals beside.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROUNDS = 15
GOALS = {"jieba": (0.6, 15.0, 1.6), "rjieba": (0.25, 15.0, 0.6)}  # ms, ms, s

# Twenty-eight characters each, as residents write them.
SHORT = (
    "3号楼2单元电梯坏了三天了，老人上不去楼，麻烦派人来修",
    "楼上半夜十二点还在装修，孩子第二天要上学，能管一管吗？",
    "东门垃圾房旁边的路灯不亮好几天了，晚上走路实在是害怕",
    "我妈今年八十二岁一个人住，想问问高龄津贴要怎么申请呢",
    "上次说的漏水怎么样了，都过去一个星期了还没有人来看看",
    "消防通道又被车堵住了，万一有事消防车根本开不进来怎办",
    "老板拖欠我们五个人三个月工资，电话也不接，该找谁帮忙",
    "幸福花园7栋下水道堵了，污水往外冒，臭得大家都不敢开窗",
)
_LETTER = (
    "尊敬的领导您好，我是幸福花园3号楼2单元502的住户，我们这栋楼的电梯从上个月十五号开始就经常停运，"
    "物业说零件要等，等了二十多天还是没有消息。楼上的王阿姨今年七十九岁，腿脚不方便，已经半个月没有下楼了。"
    "楼道里的灯也坏了两盏，晚上黑漆漆的，前天还有人差点踩空。我们打过三次电话，每次都说登记了，可是没有人来。"
    "另外东门的垃圾房每天早上六点就开始倒垃圾，声音特别大，孩子第二天还要上学。希望社区帮忙协调一下，谢谢！\n"
)
LONG = (_LETTER * 40)[:4096]


def main() -> None:
    """Measure in fresh processes, so that each cutter starts from nothing."""
    if len(sys.argv) == 2:
        print(json.dumps(_measured(sys.argv[1] == "rjieba")))
        return
    for name, (short, long, start) in GOALS.items():
        told = subprocess.run(
            [sys.executable, __file__, name], cwd=ROOT, capture_output=True, text=True, check=True
        )
        found = json.loads(told.stdout)
        print(
            f"{name:7} 28 characters {found['short']:.3f} ms (goal {short})   "
            f"4,096 characters {found['long']:.1f} ms (goal {long})   "
            f"start {found['start']:.2f} s (goal {start})"
        )


def _measured(fast: bool) -> dict[str, float]:
    begun = time.process_time()
    sys.path.insert(0, str(ROOT))
    from nlp import read, segment, warm

    if not fast:
        segment.shared.__init__(prefer_fast=False)  # type: ignore[misc]  # this process measures one cutter
    warm()
    start = time.process_time() - begun
    now = datetime.now(UTC)
    short = _median(lambda: [read(text, now=now) for text in SHORT]) / len(SHORT)
    long = _median(lambda: read(LONG, now=now))
    return {"start": start, "short": short * 1000, "long": long * 1000}


def _median(call: Callable[[], object]) -> float:
    """CPU seconds of one call, the middle of several; warmed up first."""
    call()
    costs = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        call()
        costs.append(time.process_time() - begun)
    return statistics.median(costs)


if __name__ == "__main__":
    main()
