"""What is said about a voice note that was turned into words."""

from __future__ import annotations

from texts.registry import says
from texts.words import Button, Words, esc

_HEAD, _TAIL = "🎤 语音转写：", "（可能有错）"
HELP = {
    "hear": "试听：用 VOICE_MODEL_DIR 的模型把一段语音转成文字 / the words of a voice note, by that model",
    "hear FILE": "语音文件（OGG/Opus），- 为标准输入 / the voice note, - for standard input",
    "hear --model": "另用这个模型文件夹 / another model folder",
}
NO_MODEL = "还没设置 VOICE_MODEL_DIR。/ VOICE_MODEL_DIR is empty."
NOTHING_HEARD = "（没听出话来）/ nothing was said in it"


def written(words: str) -> str:
    """Heard words as they stand in a ticket, marked as such."""
    return f"{_HEAD}{words}{_TAIL}"


def spoken(text: str) -> str:
    """The words alone, of a text that may be marked."""
    return text.removeprefix(_HEAD).removesuffix(_TAIL) if text.startswith(_HEAD) else text


def not_heard(problem: str) -> str:
    return f"语音转不了文字：{problem}"


@says
def voice_heard(
    number: str, words: str, category: str, place: str, ticket_id: int, heard: str, asks: bool = False
) -> Words:
    """`category`: what it was taken for, "" when that did not change; `heard`: the note; `asks`: where?"""
    lines = [f"🎤 您的语音我听成了（<code>{esc(number)}</code>）：\n“{esc(words)}”"]
    if category:
        lines.append(f"🗂 {esc(category)}" + (f"　📍 {esc(place)}" if place else ""))
    if asks:
        lines.append("👉 <b>请问在几号楼几单元？</b>打字、再说一句都行。")
    lines.append("工作人员也会听原话。听错了没关系，点下面告诉我。")
    return Words("\n".join(lines), ((Button("✏️ 听错了", "misheard", heard, ticket_id),),), silent=True)


@says
def heard_order(words: str) -> Words:
    """A voice note that urges, asks how far it is, or takes something back; the answer follows."""
    return Words(f"🎤 听到您说：“{esc(words)}”", silent=True)


@says
def say_again(number: str) -> Words:
    return Words(f"对不起，是我没听清。<code>{esc(number)}</code> 说的是什么事、在哪里？打一句字给我就行。")
