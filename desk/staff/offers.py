"""What the card offers in one tap: the likeliest delays and corrections of this very ticket."""

from __future__ import annotations

from desk.office import Office
from desk.residents import neighbours
from desk.staff.sorting import others
from domain.habits import load_habits
from domain.limits import URGENCIES
from domain.roles import Role
from domain.states import RUNNING, Move, may
from nlp.personal import mask
from storage import beside, communities, people, tickets
from storage.store import Tx
from storage.tickets import Ticket
from texts import desk as words
from texts.places import place_words

Offer = tuple[str, str, str]  # action, argument, what it is about
MOST_EXTEND = 3
MOST_SUSPEND = 2
MOST_CATEGORIES = 4
MOST_PLACES = 3
MOST_MERGES = 3
HOME = "home"


async def offers(tx: Tx, office: Office, ticket: Ticket, menu: str) -> list[Offer]:
    """The choices of the menus `defer` (缓办) and `fix` (更正)."""
    if menu == "defer":
        return _delays(office, ticket)
    if menu == "fix":
        return [
            *_categories(office, ticket),
            *await _places(tx, office, ticket),
            *await _merges(tx, office, ticket),
        ]
    return []


def _delays(office: Office, ticket: Ticket) -> list[Offer]:
    habit = load_habits().of(ticket.category)
    found: list[Offer] = []
    if may_extend(office, ticket):
        found += [
            ("extend", f"{days}:{reason}", f"{days}|{words.EXTEND_REASONS[reason]}")
            for days, reason in habit.extend[:MOST_EXTEND]
        ]
        found.append(("menu", "extend", ""))
    if may(Move.SUSPEND, ticket.state, Role.LEAD) and may_be_put_off(ticket):
        found += [
            ("suspend", f"{reason}:{days}", f"{days}|{words.SUSPEND_REASONS[reason]}")
            for reason, days in habit.suspend[:MOST_SUSPEND]
        ]
        found.append(("menu", "suspend", ""))
    if may_be_complex(ticket):
        found.append(("complex", "", ""))
    return found


def may_be_put_off(ticket: Ticket) -> bool:
    """Whether 延期 and 挂账 come into question: never what hurts people, until somebody has answered them."""
    return ticket.answered_at is not None or not (ticket.dangers or ticket.urgency == URGENCIES[0])


def may_extend(office: Office, ticket: Ticket) -> bool:
    """Whether more time can still be asked for."""
    if not may_be_put_off(ticket):
        return False
    return ticket.state in RUNNING and ticket.answered_at is None and ticket.answer_due >= office.now_ms()


def may_be_complex(ticket: Ticket) -> bool:
    """Whether staff can mark it 复杂: an ordinary matter whose clock runs."""
    ordinary = ticket.urgency == "一般" and not ticket.dangers
    return ordinary and ticket.state in RUNNING and ticket.clock_class != "complex"


def _categories(office: Office, ticket: Ticket) -> list[Offer]:
    """The other likely categories, else others under the same heading."""
    # What may have been meant is as private as the matter itself.
    codes = [] if office.closed(ticket) else others(office, ticket)
    found: list[Offer] = [
        ("set_category", code, office.catalogue.leaf(code).name) for code in codes[:MOST_CATEGORIES]
    ]
    return [*found, ("menu", "category", "")]


async def _places(tx: Tx, office: Office, ticket: Ticket) -> list[Offer]:
    """Where it may be: the building whose poster was scanned, the places of the resident's other matters."""
    found: list[Offer] = []
    if not office.closed(ticket) and not await beside.is_hidden(tx, ticket.id):
        resident = await people.resident(tx, ticket.resident_id)
        home = await communities.building(tx, resident.building_id if resident else None)
        if home:
            spoken = place_words(estate=home.estate_name, building=home.name)
            if spoken != ticket.place:
                found.append(("place_like", HOME, spoken))
        for other in await tickets.of_resident(tx, ticket.resident_id):
            known = {words_ for _, _, words_ in found} | {mask(ticket.place)}
            here = other.community_id == ticket.community_id and other.id != ticket.id
            if here and other.place and not office.closed(other) and mask(other.place) not in known:
                found.append(("place_like", str(other.id), mask(other.place)))
    return [*found[:MOST_PLACES], ("want_place", "", ""), ("ask", "place", "")]


async def _merges(tx: Tx, office: Office, ticket: Ticket) -> list[Offer]:
    found: list[Offer] = []
    for other in await neighbours.for_staff(tx, office, ticket, most=MOST_MERGES):
        closed = office.closed(other)
        what = "🔒" if closed else f"{office.catalogue.leaf(other.category).name} {mask(other.place)}"
        found.append(("merge", str(other.id), f"{other.number} {what}"))
    return found
