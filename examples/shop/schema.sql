-- A small shop. Includes are resolved as psql does it: \ir is relative to this file.
create schema shop;
\ir include/tables.sql

create index on shop.order_line (product_id);
