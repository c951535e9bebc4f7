"""What psycopg2 does with a server: parameters, COPY, cursors, two-phase commit, logical replication."""

import io

import psycopg2
import psycopg2.extras

conn = psycopg2.connect("")
with conn, conn.cursor() as cursor:
    cursor.execute("SELECT %s + 1", [41])
    assert cursor.fetchone() == (42,)
    cursor.execute("CREATE TABLE copied2 (id int, text text)")
    rows = "".join("%d\trow %d\n" % (n, n) for n in range(20_000))
    cursor.copy_expert("COPY copied2 FROM STDIN", io.StringIO(rows))
    out = io.StringIO()
    cursor.copy_expert("COPY copied2 TO STDOUT", out)
    assert out.getvalue() == rows

with conn, conn.cursor(name="walking") as cursor:
    cursor.itersize = 500
    cursor.execute("SELECT id FROM copied2 ORDER BY id")
    assert [row[0] for row in cursor] == list(range(20_000))

try:
    with conn, conn.cursor() as cursor:
        cursor.execute("SELECT 1/0")
    raise AssertionError("nothing can be divided by zero")
except psycopg2.errors.DivisionByZero:
    pass

conn.tpc_begin("two phases")
with conn.cursor() as cursor:
    cursor.execute("DELETE FROM copied2 WHERE id >= 10")
conn.tpc_prepare()
conn.tpc_commit()
with conn, conn.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM copied2")
    assert cursor.fetchone() == (10,)

replication = psycopg2.connect("", connection_factory=psycopg2.extras.LogicalReplicationConnection)
stream = replication.cursor()
stream.create_replication_slot("python", output_plugin="test_decoding")
stream.start_replication(slot_name="python", decode=True)
with conn, conn.cursor() as cursor:
    cursor.execute("INSERT INTO copied2 VALUES (4711, 'seen')")
while True:
    message = stream.read_message()
    if message is None:
        stream.send_feedback()
    elif "id[integer]:4711" in message.payload:
        stream.send_feedback(flush_lsn=message.data_start)
        break
replication.close()
with conn, conn.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_stat_replication")
conn.autocommit = True
with conn.cursor() as cursor:
    while True:
        try:
            cursor.execute("SELECT pg_drop_replication_slot('python')")
            break
        except psycopg2.errors.ObjectInUse:
            pass  # its walsender is about to see that we left
    cursor.execute("DROP TABLE copied2")
conn.close()
print("done")
