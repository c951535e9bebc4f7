// What node-postgres does with a server: a pool, parameters, prepared statements, errors, notifications, a large result.
import assert from 'node:assert/strict';
import pg from 'pg';

const pool = new pg.Pool({ max: 10 });
const sums = await Promise.all(
  Array.from({ length: 200 }, (_, n) => pool.query('SELECT $1::int + 1 AS sum', [n])));
assert.deepEqual(sums.map(result => result.rows[0].sum), Array.from({ length: 200 }, (_, n) => n + 1));

const client = await pool.connect();
for (let n = 0; n < 3; n++) {
  const { rows } = await client.query({ name: 'twice', text: 'SELECT $1::bigint * 2 AS twice', values: [n] });
  assert.equal(rows[0].twice, String(n * 2));
}
await assert.rejects(client.query('SELECT 1/0'), error => error.code === '22012');
await client.query('BEGIN');
await client.query('CREATE TABLE from_node (id int, document jsonb)');
await client.query('INSERT INTO from_node SELECT n, $1 FROM generate_series(1, 10000) AS n', [{ text: 'ü'.repeat(100) }]);
await client.query('ROLLBACK');
const { rows } = await client.query("SELECT n, repeat('x', 1000) AS text FROM generate_series(1, 20000) AS n");
assert.equal(rows.length, 20000);

await client.query('LISTEN node_news');
const heard = new Promise(resolve => client.once('notification', resolve));
await pool.query("SELECT pg_notify('node_news', 'hello')");
assert.equal((await heard).payload, 'hello');
await client.query('UNLISTEN *');
client.release();
await pool.end();

const wrong = new pg.Client({ password: 'wrong' });
await assert.rejects(wrong.connect(), error => error.code === '28P01');
console.log('done');
