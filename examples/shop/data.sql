-- :orders is a psql variable (-v orders=1000): another value is another state.
\copy shop.product (name, price) from 'products.csv' with (format csv, header)

insert into shop.customer (name, city)
select 'Customer ' || n, (array['Lisbon', 'Oslo', 'Kyoto', 'Quito'])[1 + n % 4]
from generate_series(1, 200) n;

insert into shop.customer_order (customer_id, ordered_on)
select 1 + n % 200, date '2026-01-01' + n % 300
from generate_series(1, :orders) n;

insert into shop.order_line (order_id, product_id, quantity)
select order_id, 1 + (order_id + k) % 6, 1 + order_id % 3
from shop.customer_order, generate_series(0, 2) k;
