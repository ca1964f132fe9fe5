"""What residents do in their private chat with the bot."""

from __future__ import annotations

from telegram import Update

from desk import choices, privacy, reception, welcome
from desk.incoming import BIGGEST_FILE
from handlers import group, setup
from handlers.incoming import Context, incoming, office_of
from texts import resident as words
from texts.privacy import asks_for_data
from texts.script import to_traditional

HOME = {
    label: key
    for key, label in (
        ("report", words.REPORT),
        ("progress", words.PROGRESS),
        ("person", words.PERSON),
        ("help", words.HELP),
    )
}


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
    }
)


async def on_start(update: Update, context: Context) -> None:
    """/start, with what a deep link brings: a community, a building, an invitation."""
    office, message = office_of(context), incoming(update)
    payload = context.args[0] if context.args else ""
    if payload.startswith("j_"):
        await setup.join_by_link(office, payload[2:], message)
    elif payload or not await setup.admin_home(office, message):
        await welcome.start(office, message, payload)


async def on_help(update: Update, context: Context) -> None:
    await welcome.help_resident(office_of(context), incoming(update))


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
    elif pressed == "progress" or message.text in ("进度", "進度", "查进度", "查進度"):
        await choices.list_own(office, message)
    elif pressed == "help" or message.text.rstrip("啊呀呢？?。") in HELP_WORDS:
        await welcome.help_resident(office, message)
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
    return not message.media and await setup.setup_text(office, message)


async def _setup_document(update: Update, context: Context) -> bool:
    """A sheet that someone in the middle of the set-up sends."""
    office, message = office_of(context), incoming(update)
    document = update.effective_message.document if update.effective_message else None
    if document is None or not await setup.expects_document(office, message):
        return False
    if message.file_size and message.file_size > BIGGEST_FILE:
        await welcome.say_simply(office, message, "file_too_big", media="document")
        return True
    file = await context.bot.get_file(document.file_id)
    content = bytes(await file.download_as_bytearray())
    return await setup.setup_document(office, message, document.file_name or "", content)


def _home_button(text: str) -> str:
    for label, key in HOME.items():
        if text in (label, to_traditional(label)):
            return key
    return ""
