"""PostgreSQL's tables: migrations under an advisory lock, the role that works on them, walls between tenants.

The migrations run as whoever the address names; everything else runs as `minxinqiao_app`, which owns nothing.
Row-level security is forced on every table of a tenant: a transaction sees the rows of the community that it
names in `minxinqiao.community`, all of them with '*', and none when it names nobody.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from domain.errors import StoreTooNew
from storage import dialect, migrate

log = logging.getLogger(__name__)

TENANT: Final = "minxinqiao.community"
EVERYBODY: Final = "*"
ROLE: Final = "minxinqiao_app"
_LOCK: Final = 0x6D696E78  # "minx"
_VERSION: Final = "schema_version"
_SAID: Final = f"(select current_setting('{TENANT}', true))"
_ALL: Final = f"{_SAID} = '{EVERYBODY}'"
_ONE: Final = f"(select nullif(nullif(current_setting('{TENANT}', true), '{EVERYBODY}'), '')::bigint)"
FOR_ALL: Final = frozenset({"guides", "organisations", "outbox", "buttons", "messages"})
"""Tables whose rows without a community (upper levels, letters about no ticket, pictures that wait for their
words) stand open to all of them; elsewhere such a row is nobody's."""
BEHIND_A_DOOR: Final = frozenset({"ticket_words"})
"""Read through a function only: the index would not be used behind a wall (its operator is not leakproof)."""


async def migrate_database(db: Any, where: str) -> int:
    """Bring the database to this version's tables; the number it stands at. Others that start wait here."""
    known = migrate.migrations("postgres")
    async with db.transaction():
        await db.execute("set local lock_timeout = '60s'")
        await db.execute("select pg_advisory_xact_lock($1)", _LOCK)
        present = await _version(db)
        if present > known[-1].number:
            raise StoreTooNew(where, present, known[-1].number)
        if present == known[-1].number:
            return present
        if not present:
            await db.execute(f"create table {_VERSION} (number bigint not null)")
            await db.execute(f"insert into {_VERSION} values (0)")  # noqa: S608 - our own word
            await _make_role(db)
        for migration in known:
            if migration.number > present:
                await db.execute(dialect.table(migration.sql))
        await db.execute(f"update {_VERSION} set number = $1", known[-1].number)  # noqa: S608 - our own word
        await _grant(db)
        await _wall(db)
    log.info("the database stands at version %d", known[-1].number)
    return known[-1].number


async def _version(db: Any) -> int:
    if await db.fetchval("select to_regclass($1)", _VERSION) is None:
        return 0
    return int(await db.fetchval(f"select number from {_VERSION}"))  # noqa: S608 - our own word


async def _make_role(db: Any) -> None:
    """The role that works. Roles belong to the whole server: another database may have made it."""
    if not await db.fetchval("select 1 from pg_roles where rolname = $1", ROLE):
        await db.execute(f"create role {ROLE} nologin")
    await db.execute(f"grant {ROLE} to current_user")


async def _grant(db: Any) -> None:
    schema = await db.fetchval("select quote_ident(current_schema())")
    await db.execute(f"grant usage on schema {schema} to {ROLE}")
    await db.execute(f"grant select, insert, update, delete on all tables in schema {schema} to {ROLE}")
    await db.execute(f"grant usage on all sequences in schema {schema} to {ROLE}")
    await db.execute(f"revoke insert, update, delete on {_VERSION} from {ROLE}")
    await db.execute(f"revoke update on events from {ROLE}")  # append only
    for table in BEHIND_A_DOOR:
        await db.execute(f"revoke select on {table} from {ROLE}")  # noqa: S608 - our own word
        await db.execute(f"grant select (ticket_id) on {table} to {ROLE}")


async def _wall(db: Any) -> None:
    """Row-level security on every table of a tenant, as this version wants it."""
    rows = await db.fetch(
        "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid "
        "where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and not a.attisdropped "
        "and a.attname = case c.relname when 'communities' then 'id' "
        "when 'inbox' then 'id' else 'community_id' end"
    )
    for table, column in rows:
        if table in BEHIND_A_DOOR:
            continue
        may = f"{_ALL} or {column} = {_ONE}"
        if table == "inbox":  # whose an update is, only its handler knows
            may = _ALL
        elif table in FOR_ALL:
            may = f"{may} or {column} is null"
        elif table == "residents":  # who has moved away is still known by the tickets that stayed
            theirs = f"t.resident_id = user_id and t.community_id = {_ONE}"
            may = f"{may} or exists (select 1 from tickets t where {theirs})"  # noqa: S608 - our own words
        await db.execute(f"drop policy if exists tenant on {table}")
        await db.execute(f"create policy tenant on {table} using ({may}) with check ({may})")
        await db.execute(f"alter table {table} enable row level security")
        await db.execute(f"alter table {table} force row level security")
