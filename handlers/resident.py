"""What residents do in their private chat with the bot."""

from __future__ import annotations

from telegram import Update

from desk.residents import choices, privacy, reception, scripting, simple, welcome
from desk.staff import notices
from handlers import days, group, setup, units
from handlers.download import content_of
from handlers.incoming import Context, incoming, office_of
from nlp.normalise import simplify
from texts import elder
from texts import resident as words
from texts.notices import START_WORDS, STOP_WORDS
from texts.privacy import asks_for_data
from texts.scripts import CHOSEN_BY, LONGEST

HOME = {
    label: key
    for key, label in (
        ("report", words.REPORT),
        ("progress", words.PROGRESS),
        ("person", words.PERSON),
        ("help", words.HELP),
        ("report", elder.SAY_IT),
        ("progress", elder.HOW_FAR),
    )
}

LONGEST_LABEL = max(map(len, HOME))

PROGRESS_WORDS = frozenset(
    {"进度", "進度", "查进度", "查進度", "我的", "我的事", "我的件", "我报的事", "我報的事"}
)
HELP_WORDS = frozenset(
    {
        "帮助",
        "幫助",
        "怎么用",
        "怎麼用",
        "怎么使用",
        "怎麼使用",
        "不会用",
        "不會用",
        "help",
        "Help",
        "我不会用",
        "不会弄",
        "我不会弄",
        "看不懂",
        "我看不懂",
        "不會弄",
        "我不會弄",
    }
)


async def on_start(update: Update, context: Context) -> None:
    """/start, with what a deep link brings: a community, a building, an invitation."""
    office, message = office_of(context), incoming(update)
    payload = context.args[0] if context.args else ""
    if payload.startswith("j_"):
        await setup.join_by_link(office, payload[2:], message)
    elif payload.startswith("u_"):
        await units.join_by_link(office, payload[2:], message)
    elif payload or not (await setup.admin_home(office, message) or await units.show_held(office, message)):
        await welcome.start(office, message, payload)


async def on_help(update: Update, context: Context) -> None:
    office, message = office_of(context), incoming(update)
    if not await units.show_help(office, message):
        await welcome.help_resident(office, message)


async def on_progress(update: Update, context: Context) -> None:
    await choices.list_own(office_of(context), incoming(update))


async def on_message(update: Update, context: Context) -> None:
    """Everything else that a person sends in private."""
    office, message = office_of(context), incoming(update)
    pressed = _home_button(message.text)
    if message.reply_to and await welcome.is_for_staff(office, message.chat_id, message.reply_to):
        await group.on_reply(update, context)
    elif pressed == "report":
        await welcome.say_simply(office, message, "how_to_report")
    elif pressed == "progress" or message.text in PROGRESS_WORDS:
        await choices.list_own(office, message)
    elif pressed == "help" or message.text.rstrip("啊呀呢？?。") in HELP_WORDS:
        if not await units.show_help(office, message):
            await welcome.help_resident(office, message)
    elif message.text in elder.ON_WORDS or message.text in elder.OFF_WORDS:
        await simple.switch(office, message, simple=message.text in elder.ON_WORDS)
    elif chosen := _script(message.text):
        await scripting.choose(office, message.user_id, message.key, chosen, name=message.name)
    elif message.text in STOP_WORDS or message.text in START_WORDS:
        key = message.key
        await notices.subscribe(office, message.user_id, key, wanted=message.text in START_WORDS)
    elif asks_for_data(message.text):
        await privacy.show(office, message)
    elif not await _for_the_setup(update, context):
        await reception.receive(office, message)


async def on_edit(update: Update, context: Context) -> None:
    await reception.receive_edit(office_of(context), incoming(update))


async def on_unknown_command(update: Update, context: Context) -> None:
    message = incoming(update)
    command = message.text.split()[0][:30]
    await welcome.say_simply(office_of(context), message, "unknown_command", command=command)


async def _for_the_setup(update: Update, context: Context) -> bool:
    """Whether someone in the middle of the set-up sent what it asked for."""
    office, message = office_of(context), incoming(update)
    if message.media == "document":
        return await _setup_document(update, context)
    if message.media:
        return False
    for takes in (units.takes_text, days.takes_text, setup.setup_text):
        if await takes(office, message):
            return True
    return False


async def _setup_document(update: Update, context: Context) -> bool:
    """A sheet that someone in the middle of the set-up sends."""
    office, message = office_of(context), incoming(update)
    document = update.effective_message.document if update.effective_message else None
    tree, notice = await units.expects_document(office, message), await days.expects(office, message)
    if document is None or not (tree or notice or await setup.expects_document(office, message)):
        return False
    content = await content_of(context.bot, document.file_id, document.file_size)
    if content is None and (notice or tree):
        await welcome.say_simply(office, message, "file_too_big", media="document")
        return True
    if content is not None and notice:
        await days.takes_document(office, message, content)
        return True
    if content is not None and tree:
        await units.takes_document(office, message, document.file_name or "", content)
        return True
    return await setup.setup_document(office, message, document.file_name or "", content)


def _script(text: str) -> str:
    """The script that these words choose; "" when they choose none."""
    return CHOSEN_BY.get(simplify(text).strip(" 。.！!"), "") if len(text) <= LONGEST + 2 else ""


def _home_button(text: str) -> str:
    """The home button that was pressed, in either script; "" when it is no button."""
    return HOME.get(simplify(text), "") if len(text) <= LONGEST_LABEL else ""
