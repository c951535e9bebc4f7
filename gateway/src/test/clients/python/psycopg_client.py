"""What psycopg 3 does with a server: parameters, libpq's pipeline mode, COPY, cursors, notifications, cancelling."""

import threading
import time

import psycopg

with psycopg.connect(autocommit=True) as conn:
    assert conn.execute("SELECT %s::int + 1", [41]).fetchone() == (42,)
    assert conn.execute("SELECT %s::bytea", [bytes(range(256))], binary=True).fetchone() == (bytes(range(256)),)
    conn.execute("CREATE TEMP TABLE piped (id int PRIMARY KEY, text text)")

    # Pipeline mode: many statements under way, one of which fails.
    assert psycopg.Pipeline.is_supported(), "this libpq has no pipeline mode"
    with conn.pipeline():
        cursor = conn.cursor()
        cursor.executemany("INSERT INTO piped VALUES (%s, %s)", [(n, "x" * n) for n in range(1, 2001)])
        answers = [conn.execute("SELECT %s::int", [n]) for n in range(500)]
    assert [answer.fetchone()[0] for answer in answers] == list(range(500))
    try:
        with conn.pipeline() as pipeline:
            conn.execute("INSERT INTO piped VALUES (3000, 'before')")
            pipeline.sync()
            conn.execute("INSERT INTO piped VALUES (1, 'again')")
            conn.execute("INSERT INTO piped VALUES (3001, 'never')")
            pipeline.sync()
        raise AssertionError("the duplicate was taken")
    except psycopg.errors.UniqueViolation:
        pass
    assert conn.execute("SELECT count(*), max(id) FROM piped").fetchone() == (2001, 3000)

    # Large results and COPY both ways.
    with conn.cursor() as cursor:
        with cursor.copy("COPY piped FROM STDIN") as copy:
            for n in range(10_000, 60_000):
                copy.write_row((n, "copied %d" % n))
        with cursor.copy("COPY (SELECT * FROM piped WHERE id >= 10000) TO STDOUT (FORMAT BINARY)") as copy:
            copy.set_types(["int4", "text"])
            assert sum(1 for _ in copy.rows()) == 50_000
    with conn.transaction(), conn.cursor(name="walking") as cursor:
        cursor.itersize = 100
        assert sum(1 for _ in cursor.execute("SELECT * FROM piped")) == 52_001
    assert len(conn.execute("SELECT repeat('x', 20000000)").fetchone()[0]) == 20_000_000

    # Another session talks to this one.
    conn.execute("LISTEN news")
    with psycopg.connect(autocommit=True) as other:
        other.execute("SELECT pg_notify('news', 'hello')")
    assert next(conn.notifies()).payload == "hello"

    # A cancel request comes by a connection of its own.
    with psycopg.connect(autocommit=True) as observer:
        def cancel():
            while not observer.execute(
                "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%%pg_sleep(600)%%' AND pid <> pg_backend_pid() AND wait_event = 'PgSleep'"
            ).fetchone():
                time.sleep(0.01)
            conn.cancel()

        canceller = threading.Thread(target=cancel)
        canceller.start()
        try:
            conn.execute("SELECT pg_sleep(600)")
            raise AssertionError("it was not cancelled")
        except psycopg.errors.QueryCanceled:
            pass
        canceller.join()
    assert conn.execute("SELECT 'alive'").fetchone() == ("alive",)

print("done")
